"""The staff of a service point: list, login with card, PIN and code, roles and desk."""
