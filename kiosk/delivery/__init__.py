"""Delivery of confirmed applications, scans, ratings and audit heads to the central service."""
