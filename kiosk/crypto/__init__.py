"""Sealed envelopes, cipher suites, signed receipts, keys, and the identity of a terminal."""
