"""Step: handing the desk over to another helper."""
