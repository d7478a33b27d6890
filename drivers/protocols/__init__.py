"""Pure codecs: no I/O and no clock."""
