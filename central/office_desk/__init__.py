"""Acts of an office about a task, by its people or its own system, and the rules for them."""
