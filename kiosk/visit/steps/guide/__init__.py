"""Step: the one notice (一次告知), to read or print without identification."""
