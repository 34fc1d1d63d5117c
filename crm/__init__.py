"""The domain of Sapa: the copy of the ILS, and all that a library knows of its readers."""
