"""Storage of what was begun elsewhere and waits for its person."""
