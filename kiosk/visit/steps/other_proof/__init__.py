"""Step: other ways to prove oneself, and the leaflet for who has none."""
