"""The migrations, in order; to tables of what waits for delivery they only add."""
