"""The person at the terminal: identity card, facts, consent, id numbers."""
