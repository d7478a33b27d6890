"""The screen: drawing of pages with Kivy, touch input; no other room imports Kivy."""
