"""Step: for whom somebody acts, by card or by a typed number."""
