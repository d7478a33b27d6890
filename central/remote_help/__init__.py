"""Sessions in which a helper in the control room sees a terminal's page, in memory only."""
