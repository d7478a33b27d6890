"""The gallery: every page that can be reached, drawn in every variant."""
