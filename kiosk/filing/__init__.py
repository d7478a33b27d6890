"""Empty package of applications on their way to the central service."""
