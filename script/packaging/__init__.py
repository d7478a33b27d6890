"""Building of the Debian packages; the same tree and time give the same bytes."""
