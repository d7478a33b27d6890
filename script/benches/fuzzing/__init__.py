"""Benches of codecs and settings files under arbitrary bytes."""
