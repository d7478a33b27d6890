"""Steps: the idle page, and a terminal that is out of service."""
