"""Tests of the proof by a code on a telephone."""
