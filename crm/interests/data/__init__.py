"""The topics that come with Sapa, as tables."""
