"""Steps: other proofs of identity, and the leaflet for who has none."""
