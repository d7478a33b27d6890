"""Storage of the staff's accounts, sessions and acts in a browser."""
