"""Step: the person somebody acts for: the card, or a typed number."""
