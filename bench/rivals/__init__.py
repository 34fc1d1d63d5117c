"""What Sapa is measured against. Each module is a program: ``python -m bench.rivals.NAME``."""
