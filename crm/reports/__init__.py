"""What the pages show of all readers at once: read models, and the counts they need kept."""
