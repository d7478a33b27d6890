"""Layouts: each draws the body of one kind of page and decides nothing."""
