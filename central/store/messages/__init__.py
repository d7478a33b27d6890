"""Storage of messages to telephones and of their replies."""
