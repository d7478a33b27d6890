"""Wishes of people, offers to them, and which offer was told to whom."""
