"""Step: handing the application in, and its receipt."""
