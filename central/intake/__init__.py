"""Acceptance of what terminals hand in: presence, authority, vouching, cards, dates."""
