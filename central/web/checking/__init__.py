"""Public pages that check a form by its code, or as a file; they show no fact of it."""
