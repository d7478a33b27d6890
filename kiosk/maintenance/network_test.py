"""The links of the way to the central service, in order, and the first one that fails.

A port: the links are tried by `drivers.central.line_trial`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.failures import Failure


class Link(StrEnum):
    """The links, in the order in which they are tried: each needs those before it."""

    ADDRESS = "address"  # of this machine
    DNS = "dns"
    TCP = "tcp"
    TLS = "tls"  # and the certificate
    TIME = "time"
    CENTRAL = "central"
    LATENCY = "latency"


@dataclass(frozen=True)
class LinkResult:
    """The result of one link; `evidence` is what was seen there, in words and figures."""

    link: Link
    failure: Failure | None
    evidence: str


@dataclass(frozen=True)
class LineTest:
    """The links that were tried: those after a failing one were not.

    `ahead`: seconds by which this clock is ahead of the central service's, if it told its time.
    """

    steps: tuple[LinkResult, ...]
    ahead: float | None = None

    @property
    def failing(self) -> LinkResult | None:
        """Return the link that fails; None when all work."""
        return next((one for one in self.steps if one.failure is not None), None)
