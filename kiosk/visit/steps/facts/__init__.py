"""Step: dates of retirement and shared facts, with other months and routes."""
