"""Whether what an image keeps is encrypted: deploy/image/prepare-data says how it opened it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.doctor.finding import Finding, fault, good
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.doctor.machine import HostProbe

WAY = "/run/kiosk-data/way"
OFF = "off"


def check_data_partition(host: HostProbe) -> Iterator[Finding]:
    """Yield whether the data partition is encrypted, and by what; nothing where there is no image.

    `host` is the machine that is looked at.
    """
    file = host.at(WAY)
    if not file.is_file():
        return
    what, way = text_of("doctor.data.what"), file.read_text("utf-8").strip()
    if said := texts_of("doctor.data.ways").get(way):
        yield good(what, said)
    else:
        yield fault(what, text_of("doctor.data.open"), text_of("doctor.data.cure"))
