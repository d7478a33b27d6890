"""Steps: the helper's desk and the month's report."""
