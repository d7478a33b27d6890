"""The TLS trust in the central service: TLS 1.3 and one pinned authority."""

from __future__ import annotations

import ssl


class AuthorityError(Exception):
    """Raised when the pinned authority can't be read."""


def trusted(authority: str) -> ssl.SSLContext:
    """Return the TLS context that checks the server; "" trusts the system's authorities.

    Raises AuthorityError when the file `authority` can't be read or is no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=authority or None)
    except OSError:  # also what is no certificate
        raise AuthorityError(authority) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
