"""Tests of a filing that the central service prepared."""
