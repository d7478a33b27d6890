"""Step: tests in which a technician tries one device after another."""
