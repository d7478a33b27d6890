"""Events that several steps take; those of one step lie in its folder (`steps/NAME/events.py`)."""
