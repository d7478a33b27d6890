"""Step: the choice of services, ticked by rule."""
