"""Steps: a filing that the central service prepared is taken, or given up (免申即享)."""
