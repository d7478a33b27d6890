"""The updater: puts new programs on this terminal, and old ones back.

It runs as root and uses Python's standard library only.
"""
