"""Step: one helper hands the desk over to another (交班)."""
