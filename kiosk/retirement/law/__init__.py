"""Texts of the law that the rules rest on, and verdicts as proofs."""
