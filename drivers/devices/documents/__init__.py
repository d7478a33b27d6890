"""Forms for people: drawn on the panel, printed on A4."""
