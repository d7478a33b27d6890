"""Composition of one terminal: screen, visit, devices, storage, delivery."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from logging import INFO
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from kiosk.config.layers import Layers, read_layers
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.units import MIB
from wiring.identifiers import draw_id
from wiring.logs import end_log, keep_log
from wiring.pilot import times_writer
from wiring.places import ASSETS, CONFIG, SIGNS, VERSION, VOICE
from wiring.services import BackgroundServices, build_services, raise_it

if TYPE_CHECKING:
    from drivers.devices.input_device import InputDevice
    from drivers.film import FilmPlayer
    from kiosk.audit.audit_events import AuditEvent
    from kiosk.config.rollout import RolloutState
    from kiosk.config.settings import Settings
    from kiosk.journal.recorder import Journal
    from kiosk.pages.page import Page
    from kiosk.ports import Frame
    from kiosk.session.controller import Controller
    from kiosk.session.services import Gateway
    from kiosk.visit.reference_data import ReferenceData
    from kiosk.visit.sign_films import SignFilms
    from screens.dev_dock import DevButton
    from screens.shell import Shell
    from wiring.configuration import RunSettings
    from wiring.logs import LogFile

SECRET_BYTES = 32
FIRST_PAGE_SECONDS = 10.0
FREE, BUSY = "idle", "busy"  # the first word of the service's status; the updater reads it
NO_DEVICES = "devices"  # they are not made yet, or could not be
AT_WORK = ("ready", "busy")


@dataclass(frozen=True)
class Kiosk:
    """A composed terminal; `making` yields the background services once they are made.

    They are made on a thread of their own while the runner already shows pages.
    """

    runner: Controller
    making: Future[BackgroundServices]
    ears: tuple[InputDevice, ...] = ()
    log: LogFile | None = None

    @property
    def services(self) -> BackgroundServices:
        """Return the background services, waiting for them if necessary; raises what kept them."""
        return self.making.result()

    def frames(self) -> Frame | None:
        """Return the newest camera frame, None while there is none."""
        return self.services.equipment.camera.latest() if self.making.done() else None

    def sheet(self) -> Frame | None:
        """Return what the document camera sees, None while no picture is being taken."""
        return self.services.equipment.paper_camera.latest() if self.making.done() else None

    def picture(self, number: int) -> Frame | None:
        """Return the captured picture of a paper, None once it is gone."""
        return self.services.equipment.pictures.preview(number) if self.making.done() else None

    def status(self) -> str:
        """Return "idle" or "busy" and the names of devices that are not ready: "idle printer"."""
        word = FREE if self.runner.is_free() else BUSY
        if not self.making.done() or self.making.exception() is not None:
            return f"{word} {NO_DEVICES}"
        states = self.services.supervisor.conditions()
        return " ".join([word, *sorted(one for one, it in states.items() if it not in AT_WORK)])

    def devices_live(self) -> bool:
        """Tell whether the devices are supervised, or are still being made."""
        if not self.making.done():
            return True
        return self.making.exception() is None and self.services.supervisor.lives_on()

    def ready(self) -> frozenset[str]:
        """Return what answers now; nothing while the devices are being made."""
        made = self.making.done() and self.making.exception() is None
        return self.services.ready() if made else frozenset()

    def is_made(self) -> bool:
        """Tell whether the background services stand."""
        return self.making.done() and self.making.exception() is None

    def is_elsewhere(self) -> bool:
        """Tell whether a newer list of service points differs about this terminal's point."""
        made = self.making.done() and self.making.exception() is None
        points = self.services.points if made else None
        return points is not None and points.changed

    def is_to_restart(self) -> bool:
        """Tell whether a technician asked for a restart, it is night and nobody is here."""
        made = self.making.done() and self.making.exception() is None
        return made and self.services.restart.is_due(free=self.runner.is_free())

    def record_settings(self, event: AuditEvent, standing: RolloutState) -> bool:
        """Record in the audit whether changed settings were kept.

        False while that is impossible.
        """
        if not self.making.done() or self.making.exception() is not None:
            return False
        refused = standing.refused
        detail = {"settings": refused, "lacking": " ".join(standing.lacking)}
        self.services.record_event(event, **(detail if refused else {"settings": standing.good}))
        return True

    def stop(self) -> None:
        """End everything; a failure to make the background services is ignored."""
        for ear in self.ears:
            ear.close()
        self.runner.stop()
        if self.making.exception() is None:
            self.services.close()
        say(LogEvent.ENDED, "the program ends", INFO)
        end_log(self.log)


def compose(
    book: ReferenceData,
    gateway: Gateway,
    journal: Journal,
    site: RunSettings | None = None,
    layers: Layers | None = None,
    drawn: Event | None = None,
) -> Kiosk:
    """Return the composed terminal.

    `drawn` is set once the first page is on the screen: what is made on a thread begins then, as it
    would take the interpreter from the page; None: at once.

    What keeps the background services from being made is raised on the main thread. `layers`: the
    files of the settings, over which addresses found by a technician must be sound; None: the
    defaults alone. `site`: the run's settings, None where they are not rolled out.
    """
    from drivers.clock import SystemClock
    from drivers.voice.speaker import open_speaker
    from kiosk.clips import Clips, clip_id, read_clips
    from kiosk.session.controller import Controller
    from kiosk.speech.announcer import Announcer
    from kiosk.speech.utterance import Voice
    from kiosk.visit.steps.catalogue import build_table

    clock, log = SystemClock(), keep_log(book.settings)
    say(LogEvent.STARTED, f"version {VERSION}", INFO, version=VERSION)
    voiced = book.settings.visit.voice
    url = book.settings.loudspeaker.url if voiced else ""
    ears = book.settings.headphones
    heard = ears.url if ears.jack else ""
    speaker = open_speaker(url, VOICE, lambda: runner.sound_changed(), heard)  # noqa: PLW0108 - made below
    runner = Controller(
        table=build_table(book),
        kit=lambda: making.result().equipment,
        gateway=gateway,
        journal=journal,
        clock=clock,
        new_id=draw_id,
        announcer=Announcer(
            voice=Voice(read_clips(VOICE) if voiced else Clips(), book.readings),
            speaker=speaker,
            clock=clock,
            later=gateway.later,
            report_missing=lambda text: say(
                LogEvent.NO_CLIP,
                text_of("terminal.not_recorded", sentence=text),
                clip=clip_id(text),
            ),
            slow_factor=book.settings.visit.slow_pace,
        ),
        secret=os.urandom(SECRET_BYTES),
        keep_times=times_writer(book.settings),
    )
    build = partial(build_services, book.settings, runner, clock, site, layers)
    making = make_on_thread(drawn, build)
    making.add_done_callback(partial(tell_trouble, gateway))
    return Kiosk(runner, making, open_ears(book.settings, runner, gateway), log)


def make_on_thread(
    drawn: Event | None, build: Callable[[], BackgroundServices]
) -> Future[BackgroundServices]:
    """Run `build` on a thread of its own, once `drawn` is set, and return what it will make."""
    maintenance = ThreadPoolExecutor(1, thread_name_prefix="services")
    making = maintenance.submit(after_first_page, drawn, build)
    # The submitted task goes on; the pool's thread ends after it.
    maintenance.shutdown(wait=False)
    return making


def after_first_page(
    drawn: Event | None, build: Callable[[], BackgroundServices]
) -> BackgroundServices:
    """Return what `build` makes once `drawn` is set, at the latest after `FIRST_PAGE_SECONDS`."""
    if drawn is not None:
        drawn.wait(FIRST_PAGE_SECONDS)
    return build()


def open_ears(settings: Settings, runner: Controller, gateway: Gateway) -> tuple[InputDevice, ...]:
    """Listen to keypad and headphone jack, where the settings name them.

    `runner` is the controller that takes the keys.
    """
    from drivers.devices.headphone_jack import open_jack
    from drivers.devices.keypad import open_keypad
    from kiosk.config.accessibility import meanings
    from kiosk.pages.keypad_focus import Key

    def pressed(meaning: str) -> None:
        key = (
            partial(runner.digit, meaning)
            if meaning.isdigit()
            else partial(runner.key, Key(meaning))
        )
        gateway.post(key)

    def plugged(yes: bool) -> None:
        gateway.post(partial(runner.plug, yes))

    found = []
    if settings.keypad.url:
        found.append(open_keypad(settings.keypad.url, meanings(settings.keypad), pressed))
    if settings.headphones.jack:
        found.append(open_jack(settings.headphones.jack, plugged))
    return tuple(found)


def tell_trouble(gateway: Gateway, making: Future[BackgroundServices]) -> None:
    """Raise on the main thread what kept the background services from being made."""
    if (error := making.exception()) is not None:
        gateway.post(partial(raise_it, error))


def open_kiosk(
    layers: Layers,
    buttons: tuple[DevButton, ...] = (),
    seen: Callable[[Page], None] = lambda _page: None,
    site: RunSettings | None = None,
    drawn: Event | None = None,
) -> tuple[Shell, Kiosk]:
    """Open the window and compose everything behind it.

    `seen` is called with every page that is shown. Raises ConfigError or FontMissingError.

    `buttons` are those of the demo dock; `drawn` as for `compose`.
    """
    from kiosk.journal.recorder import Journal
    from kiosk.session.services import Gateway
    from kiosk.visit.events.event import Answered
    from kiosk.visit.reference_data import read_handbook
    from screens.shell import ShellContext, open_shell
    from screens.theme import ScreenPanel

    def show(page: Page) -> None:
        shell.show(page)
        seen(page)

    book = read_handbook(CONFIG, read_layers(layers), layers.employers)
    wanted = book.settings.panel
    outside = ShellContext(
        send=lambda what: kiosk.runner.handle(Answered(what)),
        frames=lambda: kiosk.frames(),  # noqa: PLW0108 - made below
        touched=lambda: kiosk.runner.touched(),  # noqa: PLW0108
        picture=lambda number: kiosk.picture(number),  # noqa: PLW0108
        sheet=lambda: kiosk.sheet(),  # noqa: PLW0108
        film=film_frames(book.signs),
    )
    too_high = round(wanted.too_high_mm * wanted.px_per_mm)
    panel = ScreenPanel(wanted.width_px, wanted.height_px, wanted.px_per_mm, too_high)
    shell = open_shell(panel, ASSETS, outside, dev_buttons=buttons)
    gateway = Gateway(shell.post, shell.later, show)
    noted = Journal(journal_writer(book.settings), book)
    noted.begin()
    kiosk = compose(book, gateway, noted, site, layers, drawn)
    return shell, kiosk


def film_frames(signs: SignFilms) -> Callable[[str], Frame | None]:
    """Return a function that returns the picture of a film that is due; "" ends it."""

    @cache
    def player() -> FilmPlayer:
        from drivers.film import FilmPlayer

        return FilmPlayer(SIGNS, signs.digests, time.monotonic)

    return lambda name: player().frame(name) if signs.films else None


def journal_writer(settings: Settings) -> Callable[[str], None]:
    """Return a function that appends a line to the visits' journal beside the database.

    A full file becomes the one older file; the new one begins with the last line about the
    terminal. A line that can't be written is lost, so that no visit is.
    """
    from kiosk.journal.recorder import heads

    path = Path(settings.store.path).with_name("journal.jsonl")
    heading = ""

    def write(line: str) -> None:
        nonlocal heading
        heading = f"{line}\n" if heads(line) else heading
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            full = path.exists() and path.stat().st_size >= settings.store.journal_mib * MIB
            if full:
                path.replace(path.with_name("journal.old.jsonl"))
            with path.open("a", encoding="utf-8") as file:
                file.write((heading if full else "") + line + "\n")

    return write
