"""Step: the authority to act for somebody: relation, scope, term and its evidence."""
