"""Figures of open pages that move by themselves: server-sent events (HTML, 9.2)."""
