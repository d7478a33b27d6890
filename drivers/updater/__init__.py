"""Puts new programs on this terminal, and old ones back. Root's; Python's own library only."""
