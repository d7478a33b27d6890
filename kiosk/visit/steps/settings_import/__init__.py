"""Steps: found devices, and signed settings from a USB stick."""
