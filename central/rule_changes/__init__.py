"""Open cases that a change of the rules affects: the operator's question, and its answer."""
