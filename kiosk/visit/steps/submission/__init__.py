"""Steps: the application is submitted, and its receipt is shown."""
