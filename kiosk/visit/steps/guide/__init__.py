"""Step: the one notice: every service with its papers, days and office."""
