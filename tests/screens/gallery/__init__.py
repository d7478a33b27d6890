"""What the gallery shows."""
