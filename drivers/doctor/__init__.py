"""Is this machine fit to be a terminal? Looked at beside the screens, each fault with its cure."""
