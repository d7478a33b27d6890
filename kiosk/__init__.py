"""What the kiosk knows and decides: no Kivy, no device and no network in here."""
