"""Tests of the API for offices' own systems."""
