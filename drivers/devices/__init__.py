"""One plain class per kind of device."""
