"""One application on its way to the central service."""
