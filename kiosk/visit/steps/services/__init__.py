"""Step: the choice of services, which the rules tick to begin with."""
