"""Property tests that give the same result wherever they run, and leave nothing behind."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("sapa", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile("sapa")
