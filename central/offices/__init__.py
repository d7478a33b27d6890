"""The port to the offices, the engine that assigns tasks to them, and simulated offices."""
