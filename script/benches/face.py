"""Placeholder docstring."""

from script.benches.face_clips import clips

__all__ = ["clips"]
