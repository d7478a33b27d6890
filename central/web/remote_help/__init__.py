"""The page of helpers in the control room: who waits, and what a terminal's page shows."""
