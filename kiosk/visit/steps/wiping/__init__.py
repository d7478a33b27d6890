"""Step: the end of a visit: nothing of the person stays."""
