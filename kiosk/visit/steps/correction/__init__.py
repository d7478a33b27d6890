"""Step: papers that an office asked for are captured and handed in (补正)."""
