"""Step: the whole application for review, and the signature."""
