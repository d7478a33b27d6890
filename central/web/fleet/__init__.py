"""The technicians' control room: all terminals with their state, and their alarms."""
