"""The check that USBGuard's policy is in force, so that not every USB device can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from drivers.doctor.finding import Finding, good, warning
from drivers.doctor.machine import HostProbe
from drivers.stable_names import word_in
from kiosk.operator_texts import text_of

DEVICES = "/sys/bus/usb/devices"
POLICY = "/etc/retirement-kiosk/usb-rules.conf"
DAEMON = "usbguard-daemon"
ALL_IN = "1"  # Documentation/usb/authorization.rst of the kernel: new devices may be used


def check_usb_ports(host: HostProbe) -> Iterator[Finding]:
    """Yield whether new USB devices are kept off; nothing on a machine without USB.

    The daemon may be hidden from the service's account, so its setting in the kernel counts, too.
    """
    folder = host.at(DEVICES)
    hubs = [word_in(one) for one in sorted(folder.glob("usb*/authorized_default"))]
    if not hubs:
        return
    what = text_of("doctor.usb.what")
    if host.runs(DAEMON) or ALL_IN not in hubs:
        blocked = "、".join(_blocked(folder))
        locked = text_of("doctor.usb.locked")
        yield good(what, text_of("doctor.usb.locked_out", blocked=blocked) if blocked else locked)
    elif host.at(POLICY).exists():
        yield warning(what, text_of("doctor.usb.paused"), text_of("doctor.usb.resume"))
    else:
        yield warning(what, text_of("doctor.usb.open"), text_of("doctor.usb.set_up"))


def _blocked(folder: Path) -> Iterator[str]:
    """Yield place and ids of each device that may not be used."""
    for path in sorted(folder.glob("[0-9]*/authorized")):
        device = path.parent
        if ":" not in device.name and word_in(path) == "0":
            ids = (word_in(device / name) for name in ("idVendor", "idProduct"))
            yield f"{device.name}（{':'.join(ids)}）"
