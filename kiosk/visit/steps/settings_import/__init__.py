"""Step: settings from a stick and devices found on the machine."""
