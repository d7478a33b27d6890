"""The demo: the whole kiosk on one machine with simulated devices, and its scripted tours."""
