"""Step: the visit ends and everything of the person is forgotten."""
