"""Steps: login of the staff with card and PIN, and a technician's one-time code."""
