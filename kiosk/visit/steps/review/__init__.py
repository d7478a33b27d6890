"""Steps: the application is reviewed and signed."""
