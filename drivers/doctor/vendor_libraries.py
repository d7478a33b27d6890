"""The check that the dynamic loader takes the vendors' libraries in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from drivers.commands.cures import cure
from drivers.devices.chip_photo import Abi
from drivers.devices.ss_card_vendor import SCHEME
from drivers.doctor.finding import Finding, FindingLevel, good
from drivers.doctor.machine import HostProbe
from drivers.shared_object import FIRST_STRICT_GLIBC
from kiosk.config.settings import Settings
from kiosk.operator_texts import text_of, texts_of


def check_vendor_libraries(host: HostProbe, settings: Settings) -> Iterator[Finding]:
    """Yield whether each library can be loaded, judged by its headers.

    It is not loaded here, because a constructor of a vendor's library may open its device.
    """
    reader = settings.ss_card_reader.url
    if reader.startswith(SCHEME):
        yield _library(host, text_of("doctor.vendor_libraries.card"), reader.removeprefix(SCHEME))
    photo = settings.chip_photo
    if photo.path and photo.abi != Abi.EXECUTABLE:
        yield _library(host, text_of("doctor.vendor_libraries.photo"), photo.path)


def _library(host: HostProbe, what: str, path: str) -> Finding:
    loader, problems = host.loader(), texts_of("doctor.vendor_libraries.seen")
    if failure := loader.find_obstacle(host.at(path)):
        seen = f"{path} {problems[failure]}"
        return Finding(what, FindingLevel.FAULT, seen, cure(failure), failure)
    strict = replace(loader, glibc=FIRST_STRICT_GLIBC)
    if failure := strict.find_obstacle(host.at(path)):
        problem = problems[failure]
        seen = text_of("doctor.vendor_libraries.not_for_long", path=path, problem=problem)
        return Finding(what, FindingLevel.WARNING, seen, cure(failure), failure)
    return good(what, path)
