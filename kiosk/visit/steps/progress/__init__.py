"""Steps: how far a case is, by the slip's code or for a proved person."""
