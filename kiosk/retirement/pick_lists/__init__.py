"""Lists from which a person picks, and their search by letters."""
