"""Who works with Sapa, and what they did."""
