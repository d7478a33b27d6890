"""Actions, guards, transitions and values that several steps share."""
