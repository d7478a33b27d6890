"""The service's own rules: pure functions over the data in config/."""
