"""Step: the person's decision on what others filed in their name (本人确认)."""
