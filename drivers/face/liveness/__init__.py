"""The liveness check: a challenge drawn at random, and a state machine over frames."""
