"""Tests of remote help at the central service."""
