"""Step: reading the card of the person."""
