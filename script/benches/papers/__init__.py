"""Bench of finding, judging and reading photographed papers."""
