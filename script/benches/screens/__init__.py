"""Benches of the window: start, touch, frames, memory."""
