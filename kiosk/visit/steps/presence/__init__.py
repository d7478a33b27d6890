"""Step: the word of one of the staff that the person is here."""
