"""Step: the word of a person on what others filed in their name."""
