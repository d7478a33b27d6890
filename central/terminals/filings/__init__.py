"""Applications that came at the same time, stored in few round trips."""
