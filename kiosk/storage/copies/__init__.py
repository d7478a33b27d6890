"""The second copies of what was confirmed: their file, and the form of a record in it."""
