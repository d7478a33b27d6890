"""One thread a device: its life as a table, the worker that lives it, the ports of the kiosk."""
