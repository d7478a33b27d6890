"""Step: two of the staff confirm who the person is (人工核验)."""
