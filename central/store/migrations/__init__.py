"""The steps of the central service's tables, in order. What was accepted, no step may lose."""
