"""Step: one of the staff witnesses that the person is here (他在这里)."""
