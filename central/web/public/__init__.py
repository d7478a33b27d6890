"""Public pages: guide, what do I need, retirement age, service points, progress by a slip."""
