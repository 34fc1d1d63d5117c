"""The people: one person per human, how he is reached, and what is known of him beside the ILS."""
