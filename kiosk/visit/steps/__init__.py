"""One folder for each step of a visit: its transitions, its pages, and what only they use."""
