"""Step: the idle page, and the page of a terminal that is out of service."""
