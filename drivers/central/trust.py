"""Whom does the terminal believe to be the central service? TLS 1.3 and one pinned authority."""

from __future__ import annotations

import ssl


class AuthorityError(Exception):
    """The pinned authority can't be read."""


def trusted(authority: str) -> ssl.SSLContext:
    """Return what checks a server before anything is told to it; "" trusts the system's."""
    try:
        context = ssl.create_default_context(cafile=authority or None)
    except OSError:  # also what is no certificate
        raise AuthorityError(authority) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
