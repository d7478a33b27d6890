"""The face engine, in a process of its own, and the rules by which it is asked."""
