"""The patron repository: one person per human, how to reach him, and what the ILS does not know of him."""
