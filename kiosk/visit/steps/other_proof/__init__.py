"""Steps: other proofs of identity, and the leaflet for whoever has none."""
