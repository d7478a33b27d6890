"""Metrics of this terminal for Prometheus: text on the machine's own address, of nobody.

It says what the heartbeat says. Whoever scrapes has to be on the machine, or be let in there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kiosk.storage.database import StoreError

if TYPE_CHECKING:
    from threading import Thread
    from wsgiref.simple_server import WSGIServer

LOOPBACK = "127.0.0.1"
READABLE_WORDS = "1 while the database can be read; at 0 there are no other figures."
FIGURES: Mapping[str, str] = {
    "waiting": "Applications and the like that wait to be sent.",
    "quarantined": "What the central service refused and a person must look at.",
    "oldest_seconds": "For how long the oldest of them waits.",
    "disk_free_mib": "Room on the disk of the database.",
    "disk_free_percent": "The same as a share.",
    "clock_ahead_seconds": "How far this clock is ahead of the central service's.",
    "temperature_c": "The warmest sensor.",
    "ratings_lost": "Ratings that found no room on the disk, since the first start.",
}


class TerminalCollector(Collector):
    """Makes metrics of the heartbeat that `members` returns, at each scrape."""

    def __init__(self, members: Callable[[], Mapping[str, object]]) -> None:
        self._members = members

    def collect(self) -> Iterable[Metric]:
        """Yield one metric for each figure, device state and version of the heartbeat.

        Of a database that can't be read only that is said: whoever scrapes has an alarm for a value
        and none for an answer 500.
        """
        try:
            members = self._members()
        except StoreError:
            yield GaugeMetricFamily("kiosk_store_readable", READABLE_WORDS, value=0)
            return
        yield GaugeMetricFamily("kiosk_store_readable", READABLE_WORDS, value=1)
        for name, words in FIGURES.items():
            value = members.get(name)
            if isinstance(value, int):
                yield GaugeMetricFamily(f"kiosk_{name}", words, value=value)
        yield _labelled("kiosk_device", "1 where a device stands.", ("device", "state"), members)
        info = GaugeMetricFamily("kiosk_info", "What runs here.", labels=("what", "version"))
        versions = members.get("versions")
        for what, version in versions.items() if isinstance(versions, dict) else ():
            info.add_metric((what, version), 1)
        for what in ("config", "refused", "paper"):
            if members.get(what):
                info.add_metric((what, str(members[what])), 1)
        yield info
        sequence = str(members.get("audit", "")).partition(":")[0]
        yield GaugeMetricFamily("kiosk_audit_sequence", "Links of the chain.", value=int(sequence))


def serve_metrics(
    port: int, members: Callable[[], Mapping[str, object]]
) -> tuple[WSGIServer, Thread]:
    """Start to answer scrapes and return server and thread; `port` 0 takes any free one.

    Raises OSError when the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(TerminalCollector(members))
    return start_http_server(port, LOOPBACK, registry)


def _labelled(
    name: str, words: str, labels: tuple[str, str], members: Mapping[str, object]
) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, words, labels=labels)
    states = members.get("states")
    for device, state in states.items() if isinstance(states, dict) else ():
        found.add_metric((device, state), 1)
    return found
