"""Step: a helper's word for who a person is."""
