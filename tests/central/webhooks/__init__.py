"""Tests of the webhooks of offices' systems."""
