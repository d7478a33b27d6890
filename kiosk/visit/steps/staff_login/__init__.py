"""Step: the login of the staff with card, PIN and one-time code."""
