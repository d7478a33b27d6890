"""Step: the authority to act for somebody, with its evidence (委托)."""
