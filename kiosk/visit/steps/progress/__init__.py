"""Step: how far a case is, by the slip's code or by the person."""
