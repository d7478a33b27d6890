"""Captured pages that an office may be shown: JPEG and PNG, by their first bytes."""

from __future__ import annotations

PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def picture_type(content: bytes) -> str | None:
    """Return the media type of a picture, None for anything else."""
    return next((kind for first, kind in PICTURES.items() if content.startswith(first)), None)
