"""Step: the comparison of the face with the portrait of the card."""
