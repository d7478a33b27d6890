"""Pages for the supervisor of the city."""
