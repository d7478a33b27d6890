"""Step: the second pair of eyes on what a helper files."""
