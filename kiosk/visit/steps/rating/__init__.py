"""Step: the rating of the visit (好差评)."""
