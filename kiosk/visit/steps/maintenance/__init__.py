"""Step: a technician's overview and readiness report."""
