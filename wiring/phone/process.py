"""The command `central phone`: filing on a phone, as a process of its own.

To the central service it is a terminal: it has an identity, asks what terminals ask, and its store
and outbox are a terminal's. It holds no key that opens an application.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from central.load import RateLimit
from central.policy import read_policy
from central.terminals.server.browser_tls import CertificateError, browser_tls
from central.terminals.server.http_server import AnnouncingServer, GuardedConfig
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.schema import ConfigError, load
from phone.app import PhoneSite, build_phone_app
from phone.devices import PhoneDevices
from phone.employer.page_intake import PageIntake
from phone.employer.page_reader import PageReader
from phone.employer.pages import EmployerSite
from phone.employer.person_pages import PageUploads
from phone.painter import PagePainter
from phone.platform_site import PlatformSite
from phone.policy import PhonePolicy
from phone.services import PhoneServices
from phone.steps import build_phone_table, read_phone_texts
from phone.visits import PhoneVisit, PhoneVisits
from phone.wishes.pages import WishSite
from wiring.identifiers import draw_id
from wiring.places import ASSETS, CONFIG, DEFAULTS

if TYPE_CHECKING:
    import ssl

    from kiosk.config.settings import Settings
    from kiosk.crypto.receipt import Receipt
    from phone.policy import PagePolicy
    from wiring.delivery_service import DeliveryService
    from wiring.storage import Storage

GRACE_SECONDS = 5
MINUTE = 60.0
PHONE_PANEL = (1080, 1560, 8.0)  # px, px, px a millimetre: a form as wide as a phone
NO_TLS = (
    "central phone: without --certificate and --certificate-key it listens on this machine alone"
)


@dataclass
class Receivers:
    """What delivery tells of receipts and refusals; `visits` are made after it."""

    visits: PhoneVisits | None = None

    def receive(self, receipt: Receipt) -> None:
        """Tell the visit that filed it; any thread."""
        if self.visits is not None:
            self.visits.receive(receipt)

    def refused(self, application_id: str, open_case: str = "") -> None:
        """Tell the visit that filed it; `open_case` is the person's other case. Any thread."""
        if self.visits is not None:
            self.visits.refused(application_id, open_case)


def serve_phone(options: argparse.Namespace) -> int:
    """Serve the pages until SIGTERM or SIGINT; print the address as a line of JSON when ready.

    Return the exit code: 0 after a stop, 1 for settings or files that can't be used.
    """
    try:
        tls = _tls_of(options)
        settings = without_devices(read_layers(layers_of(DEFAULTS, options.settings)))
        with ExitStack() as stack:
            return _serve(options, settings, tls, stack)
    except (ConfigError, CertificateError, OSError) as error:
        print(f"central phone: {error}", file=sys.stderr)
        return 1


def without_devices(settings: Settings) -> Settings:
    """Return the settings without the devices of a point, which no phone has."""
    wide, high, px_per_mm = PHONE_PANEL
    return replace(
        settings,
        code_scanner=replace(settings.code_scanner, url="", phone_proof=False),
        paper_camera=replace(settings.paper_camera, url=""),
        document_printer=replace(settings.document_printer, url=""),
        help=replace(settings.help, bell=""),
        visit=replace(settings.visit, voice=False),
        panel=replace(
            settings.panel, width_px=wide, height_px=high, px_per_mm=px_per_mm, lower_edge_mm=0.0
        ),
    )


def _serve(
    options: argparse.Namespace, settings: Settings, tls: ssl.SSLContext | None, stack: ExitStack
) -> int:
    listener = stack.enter_context(socket.create_server((options.host, options.port)))
    host, port = listener.getsockname()[:2]
    url = f"{'https' if tls else 'http'}://{host}:{port}"
    platform = PlatformSite(options.authorize, settings.terminal.code, options.own_url or url)
    site = open_site(settings, platform, stack)
    config = GuardedConfig(
        build_phone_app(site),
        read_policy(CONFIG / "central.toml").connections,
        tls,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = AnnouncingServer(config, json.dumps({"url": url}))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.handle_exit)
    asyncio.run(server.serve(sockets=[listener]))
    return 0


def open_site(settings: Settings, platform: PlatformSite, stack: ExitStack) -> PhoneSite:
    """Return the pages over a terminal's store and delivery, which `stack` ends.

    `settings` are those of the terminal; `platform` is where people log in. Raises ConfigError.
    """
    from drivers.clock import SystemClock
    from kiosk.crypto.pinned_keys import read_central_keys
    from kiosk.visit.reference_data import read_handbook
    from wiring.delivery_service import identity_of, open_delivery
    from wiring.storage import open_storage

    clock, receivers = SystemClock(), Receivers()
    keys = read_central_keys(Path(settings.central.keys))
    identity, kept = identity_of(settings), open_storage(settings)
    stack.callback(kept.store.close)
    room = open_delivery(settings, keys, kept, identity, receivers, clock, _tell_bug)
    policy = load(PhonePolicy, CONFIG / "phone.toml")
    texts = read_phone_texts(CONFIG)
    table = build_phone_table(read_handbook(CONFIG, settings), texts)
    services = PhoneRooms(settings, kept, room)
    visits = PhoneVisits(table, services.make, policy, clock.now, clock.monotonic, draw_id)
    receivers.visits = visits
    room.delivery_thread.start()
    stack.callback(room.delivery_thread.stop)
    painter = PagePainter(table.book.words, texts.site, ASSETS)
    return PhoneSite(
        visits,
        painter,
        platform,
        ASSETS,
        picture_of,
        RateLimit(policy.begins_a_minute, policy.begins_a_minute / MINUTE),
        RateLimit(policy.presses_at_once, policy.presses_a_second),
        EmployerSite(
            room.central,
            painter,
            platform,
            policy.employer_services,
            clock.now,
            clock.monotonic,
            page_uploads(policy.pages, room),
        ),
        WishSite(room.central, painter, platform, table.book.divisions, clock.monotonic),
    )


def page_uploads(policy: PagePolicy, room: DeliveryService) -> PageUploads:
    """Return how a company's pages are read, sealed to the newest key and sent."""
    reader = PageReader(policy.check, policy.limits)
    intake = PageIntake(room.central, reader, room.ring.sealing, draw_id, policy.most_files)
    rate = RateLimit(policy.check.burst, policy.check.a_second)
    return PageUploads(intake, policy.together_bytes, rate)


@dataclass
class PhoneRooms:
    """Makes what each visit needs of the one store and delivery."""

    settings: Settings
    kept: Storage
    room: DeliveryService

    def make(self) -> PhoneServices:
        """Return the services of one more visit, with a place of its own for a picture."""
        from drivers.clock import SystemClock
        from drivers.devices.documents.form_painter import PanelFormPainter
        from kiosk.delivery.submission import Sender, rate, submit
        from wiring.forms import read_forms

        now, room, code = SystemClock().now, self.room, self.settings.terminal.code
        return PhoneServices(
            central=room.central,
            drafts=self.kept.drafts,
            submit=lambda one: room.keep(
                submit(room.store, Sender(code, room.ring.sealing()), one, now())
            ),
            rate=lambda one: room.keep(
                room.losses.count(
                    rate(
                        room.store,
                        one,
                        now(),
                        draw_id(),
                        Sender(code, room.ring.sealing()),
                    )
                )
            ),
            devices=PhoneDevices(room.central, PanelFormPainter(read_forms, self.settings.panel)),
        )


def picture_of(visit: PhoneVisit, number: int) -> bytes | None:
    """Return a page of the form of the visit as PNG; None once it is gone."""
    from PIL import Image

    frame = visit.services.devices.pictures.preview(number)
    if frame is None:
        return None
    png = BytesIO()
    size = (frame.width, frame.height)
    Image.frombytes("RGB", size, frame.pixels, "raw", "BGR").save(png, "PNG", compress_level=1)
    return png.getvalue()


def _tell_bug(bug: BaseException) -> None:
    print(f"central phone: {type(bug).__name__}", file=sys.stderr)


def _tls_of(options: argparse.Namespace) -> ssl.SSLContext | None:
    if not (options.certificate and options.certificate_key):
        if options.host not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(NO_TLS)
        return None
    return browser_tls(options.certificate, options.certificate_key)
