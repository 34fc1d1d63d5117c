"""The ``sapa`` command and the wiring of its parts."""

VERSION = "0.1.0"
