"""Step: papers and answers that an office asked for again."""
