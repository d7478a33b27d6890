"""Benches: what is fast and small enough, measured beside a floor or a peer in the same run."""
