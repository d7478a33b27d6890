"""Step: the questions that no office can answer, one a page."""
