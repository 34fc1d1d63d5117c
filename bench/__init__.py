"""Reproducible benchmarks: Sapa beside its rivals and the limits, measured in one run on one machine."""
