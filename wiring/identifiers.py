"""Identifiers of visits, applications and ratings."""

from __future__ import annotations

import uuid


def draw_id() -> str:
    """Return a fresh id: UUIDv4 (RFC 9562 §5.4), 122 bits of the machine's random source.

    That of an application is also the code on its slip, with which its progress is looked up.
    """
    return str(uuid.uuid4())
