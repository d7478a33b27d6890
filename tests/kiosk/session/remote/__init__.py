"""The session of a helper from afar in the controller."""
