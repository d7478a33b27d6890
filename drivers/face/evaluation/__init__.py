"""Measurement of how well faces are told apart, and calibration of thresholds."""
