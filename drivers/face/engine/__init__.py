"""The face engine in a process of its own, and the wire to it."""
