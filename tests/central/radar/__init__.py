"""Tests of the pre-retirement radar."""
