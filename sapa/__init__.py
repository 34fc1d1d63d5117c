"""The ``sapa`` command and the wiring of its parts."""
