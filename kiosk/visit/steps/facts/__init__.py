"""Step: what offices know of the person, with other months and ways."""
