"""How events are sent to the offices' systems: config/webhooks.toml."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of

FILE = "webhooks.toml"
IpNetwork = IPv4Network | IPv6Network


@dataclass(frozen=True)
class WebhookPolicy:
    """Limits and pauses of webhooks.

    A call may take `timeout_seconds`. A process holds a client for `lease_seconds` and sends it at
    most `batch` events; rounds begin every `round_seconds`. After a failure the pause is
    `first_seconds`, doubled up to `longest_seconds`; what failed for `give_up_hours` is laid aside.
    `private_networks`: networks that may be called although they are not public.
    """

    timeout_seconds: float
    lease_seconds: float
    batch: int
    round_seconds: float
    first_seconds: float
    longest_seconds: float
    give_up_hours: float
    private_networks: tuple[str, ...]

    @property
    def networks(self) -> tuple[IpNetwork, ...]:
        """Return the networks that may be called although they are not public."""
        return tuple(ip_network(one) for one in self.private_networks)

    def pause(self, failures: int) -> float:
        """Return the pause in seconds after the `failures`-th failure in a row, counted from 1."""
        doublings = min(max(failures - 1, 0), 60)
        return min(self.first_seconds * 2.0**doublings, self.longest_seconds)


def read_webhook_policy(config: Path) -> WebhookPolicy:
    """Return the policy in the folder `config`; raises kiosk.config.schema.ConfigError."""
    path = config / FILE
    policy = load(WebhookPolicy, path)
    for one in policy.private_networks:
        try:
            ip_network(one)
        except ValueError:
            words = text_of("central.webhook_network", network=one)
            raise ConfigError(
                (Problem(str(path), line_of(path, "private_networks"), "private_networks", words),)
            ) from None
    return policy
