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
from kiosk.failures import Failure

CARD_LIBRARY, PHOTO_LIBRARY = "社保卡读卡库", "证件照解码库"
SEEN = {
    Failure.VENDOR_LIBRARY_MISSING: "没有，或不让读",
    Failure.VENDOR_LIBRARY_NOT_ELF: "不是 Linux 的库，或没拷完整",
    Failure.VENDOR_LIBRARY_OTHER_PROCESSOR: "是给另一种处理器的",
    Failure.VENDOR_LIBRARY_EXECUTABLE_STACK: "要能执行的栈（PT_GNU_STACK），glibc 2.41 起不装载",
}


def check_vendor_libraries(host: HostProbe, settings: Settings) -> Iterator[Finding]:
    """Yield whether each library can be loaded, judged by its headers.

    It is not loaded here, because a constructor of a vendor's library may open its device.
    """
    reader = settings.ss_card_reader.url
    if reader.startswith(SCHEME):
        yield _library(host, CARD_LIBRARY, reader.removeprefix(SCHEME))
    photo = settings.chip_photo
    if photo.path and photo.abi != Abi.EXECUTABLE:
        yield _library(host, PHOTO_LIBRARY, photo.path)


def _library(host: HostProbe, what: str, path: str) -> Finding:
    loader = host.loader()
    if failure := loader.find_obstacle(host.at(path)):
        return Finding(what, FindingLevel.FAULT, f"{path} {SEEN[failure]}", cure(failure), failure)
    strict = replace(loader, glibc=FIRST_STRICT_GLIBC)
    if failure := strict.find_obstacle(host.at(path)):
        seen = f"{path} {SEEN[failure]}；这里还装得上，换了新的系统就不行"
        return Finding(what, FindingLevel.WARNING, seen, cure(failure), failure)
    return good(what, path)
