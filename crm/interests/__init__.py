"""What readers are interested in: topics of titles, weights per person, and who would care about which title."""
