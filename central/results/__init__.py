"""Results of services: what an office says with the end of one, read by rules and sealed."""
