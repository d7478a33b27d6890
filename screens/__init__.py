"""Kivy lives here and nowhere else."""
