"""Step: the rating of the visit."""
