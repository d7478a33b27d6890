"""API calls of the pages that serve phones and companies."""
