"""The face engine, in a process of its own."""
