"""Painting of scenes with Kivy: textures, live parts, and only the regions that changed."""
