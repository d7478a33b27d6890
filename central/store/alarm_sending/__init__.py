"""Which alarms were sent on by which way."""
