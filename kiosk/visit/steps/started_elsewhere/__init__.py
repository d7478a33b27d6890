"""Step: a filing that was started on a telephone or by the employer."""
