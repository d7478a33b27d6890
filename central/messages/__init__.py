"""Text messages to people: contacts, wording, delivery until the provider takes them, replies."""
