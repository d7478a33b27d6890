"""Step: the person's card is read, and inspected if it is doubtful."""
