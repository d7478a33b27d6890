"""API calls and records of a terminal whose page a helper in the control room may see."""
