"""The people: who they are, how they are reached, and what is known of them beside the ILS."""
