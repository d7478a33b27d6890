"""Face embedders: a face becomes numbers that can be compared."""
