"""The kiosk's knowledge and decisions, without Kivy, devices or network."""
