"""Step: tests of one device after another that a technician goes through."""
