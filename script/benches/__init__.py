"""Benches: measurements of speed, size and safety, beside a floor or a peer in the same run."""
