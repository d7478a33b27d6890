"""Daily figures of the city, and the supervisor's notices to offices."""
