"""The systems that Sapa can read, each with its layouts."""
