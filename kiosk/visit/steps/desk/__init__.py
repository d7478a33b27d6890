"""Step: the helper's desk: cases of the service point and the month's report."""
