"""Empty package of remote maintenance."""
