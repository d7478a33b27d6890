"""Codecs of the device protocols: pure functions over bytes, without I/O and without a clock."""
