"""How are the rooms put together? Everything may be imported here, and only main.py imports it."""
