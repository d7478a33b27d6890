"""The page as a value: what a screen draws, and what can be pressed on it."""
