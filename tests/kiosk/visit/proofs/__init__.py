"""Tests of the proofs of identity beside the face."""
