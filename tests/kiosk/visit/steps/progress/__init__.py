"""Tests of the step that shows how far a case is, and what came of it."""
