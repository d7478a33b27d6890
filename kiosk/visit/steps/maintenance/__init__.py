"""Steps: a technician's overview, and the readiness report."""
