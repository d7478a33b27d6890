"""Step: the live face is compared with the card's portrait."""
