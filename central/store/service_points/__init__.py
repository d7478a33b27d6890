"""The list of all service points, and who changed it when."""
