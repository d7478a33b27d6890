"""The storm of all terminals after an outage, at one central service."""
