"""Dispatches the commands and wires the rooms; nothing is decided here."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kiosk.failures import Failure
from kiosk.schema import ConfigError, Problem

if TYPE_CHECKING:
    from drivers.clock import SystemClock
    from drivers.face.checker import ProcessFaceChecker
    from drivers.simulated.desk import DemoDesk
    from drivers.supervisor import Supervisor
    from kiosk.filing.audit_events import AuditEvent
    from kiosk.filing.ballast import Ballast
    from kiosk.filing.courier import Courier
    from kiosk.filing.drafts import Drafts
    from kiosk.filing.keys import CentralKeys
    from kiosk.filing.outbox import Quarantine
    from kiosk.filing.store import Store
    from kiosk.ports import Central, DeviceKey, Frame
    from kiosk.settings import Settings
    from kiosk.visit.handbook import Handbook
    from kiosk.visit.journal import Journal
    from kiosk.visit.page import Page
    from kiosk.visit.runner import Equipment, Gateway, Runner
    from screens.dev_dock import DevButton
    from screens.shell import Shell

ROOT = Path(__file__).resolve().parent
CONFIG = ROOT / "config"
ASSETS = ROOT / "assets"
DEFAULTS = CONFIG / "kiosk.toml"
MIB = 1 << 20
VERSION = "0.1.0"
SECONDS_AN_HOUR = 3600.0
TERMINAL = "BZ-DEMO-0001"
PATIENCE_SECONDS = 55.0
STORE_WORDS = "数据库文件打不开，请检查磁盘和文件夹的写权限，或移走这个文件再启动"
UPGRADE_WORDS = {
    Failure.STORE_NEWER: "这个数据库是更新的程序做的，什么都没改，请装回新程序",
    Failure.STORE_ROW_UNREADABLE: "有一件没送出的读不出，没有升级，什么都没改，请装回原程序",
    Failure.STORE_NOT_UPGRADED: "升级会丢没送出的东西，已全部退回，请装回原程序",
    Failure.DISK_FULL: "磁盘满了，升级前要存一份副本，什么都没改，请先腾出地方",
}
CREDENTIAL_WORDS = "这个文件里应有一行登记时发的令牌，请检查文件和读权限，或重新登记"
AUTHORITY_WORDS = "这个文件里应是中心的根证书 authority.crt，请检查文件和读权限，或重新登记"
DEVICE_KEY_WORDS = "没有这台机器自己的密钥（32 字节，别人不能读），请检查 systemd 的凭据设置"
REFUSED_WORDS = "中心不收这一件，已留在本机，请联系中心处理：编号 %s，原因 %s"
STOPPED_WORDS = "现在什么都送不到中心，已收的都留在本机，请检查令牌和证书：原因 %s"
CLOCK_WORDS = "本机时钟比中心快了 %s 分钟（负数是慢了），请校准时钟"
LOSS_WORDS = (
    "和中心对账不一致：中心缺 %s，内容不同 %s，本机没发过 %s。"
    "请不要重装本机，马上联系中心，按小票补办"
)
LOG = logging.getLogger("kiosk")
USAGE = """\
run FILE ...            start the kiosk with these settings laid over config/kiosk.toml
demo [--tour FOLDER]    kiosk, simulated devices and central service on this machine
simulate                the simulated devices alone
devices ...             list and test devices, read a card, simulate one; alone it lists how
serve --data FOLDER     the reference central service alone
audit ...               export the audit chain, or check an export
rules ...               ask the rules: age, services, plan, guide, number
check-config FILE ...   say whether settings are right, and what to mend
replay FILE             show a recorded visit, page by page"""


@dataclass(frozen=True)
class Backroom:
    """Everything behind the screen that takes time to make: devices, store, outbox."""

    equipment: Equipment
    store: Store
    courier: Courier
    checker: ProcessFaceChecker
    supervisor: Supervisor
    note: Callable[..., None]

    def close(self) -> None:
        """End every thread and process; what waits is delivered after the next start."""
        from kiosk.filing.audit_events import AuditEvent

        self.courier.stop()
        self.note(AuditEvent.STOPPED)
        self.equipment.camera.stop()
        self.checker.close()
        self.supervisor.stop()
        self.store.close()


@dataclass(frozen=True)
class Storage:
    """What lies on the disk, and what is given up when it is full; `floor` in bytes."""

    store: Store
    drafts: Drafts
    ballast: Ballast
    floor: int

    def drop_papers(self) -> None:
        """Shred captured papers that no confirmed application names, or leave it to next time."""
        from kiosk.filing.store import StoreError

        with suppress(StoreError):
            self.store.drop_unconfirmed_papers()

    def look_after(self) -> Failure | None:
        """Let old drafts go; refuse to begin a visit below the floor of free space."""
        self.drafts.drop_old()
        self.store.database.tidy()
        self.ballast.make()
        free = shutil.disk_usage(self.ballast.path.parent).free
        return Failure.DISK_FULL if free < self.floor else None


@dataclass(frozen=True)
class Kiosk:
    """The runner is there at once; the backroom is made meanwhile, on a thread of its own."""

    runner: Runner
    making: Future[Backroom]

    @property
    def backroom(self) -> Backroom:
        """Return the backroom, after waiting for it."""
        return self.making.result()

    def frames(self) -> Frame | None:
        """Return the newest camera picture, None while there is none."""
        return self.backroom.equipment.camera.latest() if self.making.done() else None

    def stop(self) -> None:
        """End everything."""
        self.runner.stop()
        if self.making.exception() is None:
            self.backroom.close()


def compose(book: Handbook, gateway: Gateway, journal: Journal) -> Kiosk:
    """Wire the rooms for one terminal; what can't be used is raised on the main thread."""
    from drivers.clock import SystemClock
    from kiosk.visit.runner import Runner
    from kiosk.visit.table import Table

    clock = SystemClock()
    runner = Runner(
        table=Table(book),
        kit=lambda: making.result().equipment,
        gateway=gateway,
        journal=journal,
        clock=clock,
        new_id=lambda: str(uuid.uuid4()),
    )
    workshop = ThreadPoolExecutor(1, thread_name_prefix="furnish")
    making = workshop.submit(furnish, book.settings, runner, clock)
    workshop.shutdown(wait=False)
    making.add_done_callback(partial(tell_trouble, gateway))
    return Kiosk(runner, making)


def tell_trouble(gateway: Gateway, making: Future[Backroom]) -> None:
    """Raise on the main thread what kept the backroom from being made."""
    if (error := making.exception()) is not None:
        gateway.post(partial(raise_it, error))


@dataclass(frozen=True)
class Mailroom:
    """What leaves the terminal: the store, who carries, and the line that both use."""

    store: Store
    central: Central
    courier: Courier
    note: Callable[..., None]

    def keep(self, failure: Failure | None) -> Failure | None:
        """Let the courier go for what was just stored."""
        self.courier.wake()
        return failure


def furnish(settings: Settings, runner: Runner, clock: SystemClock) -> Backroom:
    """Make devices, store and outbox, and begin to deliver what an earlier day left."""
    from drivers import registry
    from drivers.supervision.worker import Outside
    from drivers.supervisor import Changes, supervise
    from kiosk.filing.audit_events import AuditEvent
    from kiosk.filing.keys import read_central_keys
    from kiosk.filing.submission import Sender, rate, submit
    from kiosk.visit.runner import Equipment

    def on_bug(bug: BaseException) -> None:
        runner.gateway.post(partial(raise_it, bug))

    keys = read_central_keys(Path(settings.central.keys))
    plain_central = central_of(settings)
    kept = open_storage(settings)
    room = open_mailroom(settings, keys, kept.store, plain_central, runner, clock, on_bug)
    checker = registry.make_checker(settings, ROOT / "assets" / "models")
    changes = Changes(lambda *_: runner.device_changed())
    outside = Outside(time.monotonic, SystemRandom().random, changes.tell, on_bug)
    devices = supervise(settings, outside)
    sender = Sender(settings.terminal.code, keys.sealing)
    equipment = Equipment(
        reader=devices.reader,
        camera=devices.camera,
        checker=checker,
        printer=devices.printer,
        central=room.central,
        submit=lambda one: room.keep(submit(room.store, sender, one, clock.now())),
        rate=lambda one: room.keep(rate(room.store, one, clock.now(), str(uuid.uuid4()))),
        drafts=kept.drafts,
        drop_papers=kept.drop_papers,
        room_left=kept.look_after,
    )
    room.note(AuditEvent.STARTED, version=VERSION)
    checker.start()
    devices.supervisor.start()
    room.courier.start()
    return Backroom(equipment, room.store, room.courier, checker, devices.supervisor, room.note)


def open_mailroom(
    settings: Settings,
    keys: CentralKeys,
    store: Store,
    plain_central: Central,
    runner: Runner,
    clock: SystemClock,
    on_bug: Callable[[BaseException], None],
) -> Mailroom:
    """Make the courier and the line; what a technician must know goes to the log."""
    from kiosk.filing.audit_events import AuditEvent
    from kiosk.filing.courier import Courier
    from kiosk.filing.outbox import Outbox
    from kiosk.filing.reconciliation import Reconciliation
    from kiosk.filing.store import StoreError
    from kiosk.filing.witness import ClockCheck, WitnessedCentral

    def note(event: AuditEvent, **detail: str) -> None:
        with suppress(StoreError):  # a full disk must not keep the terminal from telling so
            at = clock.now().isoformat(timespec="seconds")
            store.note(event, settings.terminal.code, at, **detail)

    def refused(parcel_id: str, why: Quarantine) -> None:
        LOG.warning(REFUSED_WORDS, parcel_id, why.trouble)
        runner.refused(parcel_id, why.open_case)

    def standing(trouble: str) -> None:
        LOG.warning(STOPPED_WORDS, trouble)
        note(AuditEvent.SENDING_STOPPED, trouble=trouble)

    def clock_wrong(minutes: int) -> None:
        LOG.warning(CLOCK_WORDS, minutes)
        note(AuditEvent.CLOCK_WRONG, minutes=str(minutes))

    def compare() -> None:
        found = reconciliation.compare_when_due()
        if found is not None and not found.agrees:
            LOG.warning(LOSS_WORDS, found.missing, found.different, found.unexpected)

    central = WitnessedCentral(plain_central, store.head, ClockCheck(clock.now, clock_wrong))
    terminal, hours = settings.terminal.code, settings.central.compare_hours
    reconciliation = Reconciliation(store, central, terminal, hours, time.time, clock.now)
    courier = Courier(
        Outbox(store, central, keys.receipt, time.time, clock.now, SystemRandom()),
        on_receipt=runner.receive,
        on_refusal=refused,
        on_stop=standing,
        on_bug=on_bug,
        after_round=compare,
    )
    return Mailroom(store, central, courier, note)


def open_storage(settings: Settings) -> Storage:
    """Open the database, take the room of the ballast, and drop what is over."""
    from kiosk.filing.drafts import Drafts
    from kiosk.filing.store import open_store

    key, ballast = device_key_of(settings), ballast_of(settings)
    store = open_store(Path(settings.store.path), ballast.release)
    if isinstance(store, Failure):
        words = UPGRADE_WORDS.get(store, STORE_WORDS)
        raise ConfigError((Problem(settings.store.path, 0, "store.path", words),))
    seconds = settings.visit.draft_hours * SECONDS_AN_HOUR
    drafts = Drafts(store.database, key, os.urandom, time.time, seconds)
    storage = Storage(store, drafts, ballast, settings.store.floor_mib * MIB)
    storage.drop_papers()
    storage.look_after()
    return storage


def central_of(settings: Settings) -> Central:
    """Make the client of the central service; raise ConfigError when a file can't be used."""
    from drivers import registry
    from drivers.central.trust import AuthorityError

    wanted = settings.central
    try:
        return registry.make_central(settings)
    except (OSError, ValueError):
        problem = Problem(wanted.token_file, 0, "central.token_file", CREDENTIAL_WORDS)
    except AuthorityError:
        problem = Problem(wanted.authority, 0, "central.authority", AUTHORITY_WORDS)
    raise ConfigError((problem,))


def device_key_of(settings: Settings) -> DeviceKey:
    """Return the terminal's own key; raise ConfigError when there is none that may be used."""
    from drivers import registry

    try:
        return registry.make_device_key(settings, os.environ.get("CREDENTIALS_DIRECTORY", ""))
    except (OSError, ValueError):
        problem = Problem(settings.device_key.url, 0, "device_key.url", DEVICE_KEY_WORDS)
        raise ConfigError((problem,)) from None


def raise_it(error: BaseException) -> None:
    """Raise what went wrong on another thread."""
    raise error


def ballast_of(settings: Settings) -> Ballast:
    """Return what is given up beside the database when the disk is full."""
    from kiosk.filing.ballast import Ballast

    path, store = Path(settings.store.path), settings.store
    return Ballast(
        path.with_name(f"{path.name}.ballast"), store.ballast_mib * MIB, store.floor_mib * MIB
    )


def open_kiosk(
    layers: list[Path],
    buttons: tuple[DevButton, ...] = (),
    seen: Callable[[Page], None] = lambda _page: None,
) -> tuple[Shell, Kiosk]:
    """Open the window and wire everything behind it; raise ConfigError or FontMissingError.

    `seen` is told of every page that is shown.
    """
    from kiosk.settings import read_settings
    from kiosk.visit.events import Event
    from kiosk.visit.handbook import read_handbook
    from kiosk.visit.journal import Journal
    from kiosk.visit.runner import Gateway
    from screens.shell import Outside, open_shell
    from screens.theme import Panel

    def show(page: Page) -> None:
        shell.show(page)
        seen(page)

    book = read_handbook(CONFIG, read_settings(*layers))
    wanted = book.settings.panel
    outside = Outside(
        send=lambda what: kiosk.runner.handle(Event(what)),
        frames=lambda: kiosk.frames(),  # noqa: PLW0108 - made below
        touched=lambda: kiosk.runner.touched(),  # noqa: PLW0108
    )
    panel = Panel(wanted.width_px, wanted.height_px, wanted.px_per_mm)
    shell = open_shell(panel, ASSETS, outside, dev_buttons=buttons)
    gateway = Gateway(shell.post, shell.later, show)
    kiosk = compose(book, gateway, Journal(journal_writer(book.settings), book))
    return shell, kiosk


def journal_writer(settings: Settings) -> Callable[[str], None]:
    """Return how a line of the visit's journal is kept: beside the database, without a person.

    A full file becomes the one older file. A line that can't be kept is lost: a visit may not be.
    """
    path = Path(settings.store.path).with_name("journal.jsonl")

    def write(line: str) -> None:
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size >= settings.store.journal_mib * MIB:
                path.replace(path.with_name("journal.old.jsonl"))
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    return write


def run(arguments: list[str]) -> int:
    """Run the kiosk until it is told to stop; 1 with words for the technician when it can't."""
    ready = None
    if "--ready" in arguments:
        at = arguments.index("--ready")
        ready, arguments = Path(arguments[at + 1]), arguments[:at] + arguments[at + 2 :]
    return told(lambda: serve_people([DEFAULTS, *map(Path, arguments)], ready))


def told(work: Callable[[], int]) -> int:
    """Do `work`; put what a technician must mend into words on standard error."""
    from screens.fonts import FontMissingError

    try:
        return work()
    except ConfigError as error:
        print(error, file=sys.stderr)
    except FontMissingError as error:
        print(f"缺少字体文件：{error.path}。请重新安装程序。", file=sys.stderr)
    return 1


def serve_people(layers: list[Path], ready: Path | None) -> int:
    """Show the first page, then run until the window ends."""
    shell, kiosk = open_kiosk(layers)
    signal.signal(signal.SIGTERM, lambda *_: shell.post(shell.stop))
    kiosk.runner.start()
    shell.warm()
    if ready is not None:
        # The second turn of the loop comes after the first frame.
        shell.later(0, lambda: shell.later(0, lambda: write_ready(ready, kiosk)))
    try:
        shell.run()
    finally:
        kiosk.stop()
    return 0


def write_ready(path: Path, kiosk: Kiosk) -> None:
    """Say when the first page was drawn, and which process looks at faces."""
    at = time.time()
    path.write_text(json.dumps({"at": at, "face": kiosk.backroom.checker.pid}))


def demo(arguments: list[str]) -> int:
    """Run the kiosk among simulated devices, or let a scripted person tour it."""
    options = demo_options(arguments)
    return told(lambda: demo_with(options))


def demo_options(arguments: list[str]) -> argparse.Namespace:
    """Read the options of `demo`."""
    parser = argparse.ArgumentParser(prog="script/demo")
    parser.add_argument("--tour", type=Path, help="a scripted person goes the whole way; pictures")
    parser.add_argument("--run", type=Path, help="keep databases and settings of the demo here")
    parser.add_argument("--persona", default="liu", help="whose card it is: liu or wang")
    parser.add_argument("--height", type=int, default=0, help="pixels, for a smaller screen")
    parser.add_argument("--mishap", choices=("none", "offline", "killed"), default="none")
    return parser.parse_args(arguments)


def demo_with(options: argparse.Namespace) -> int:
    """Start devices and central service, then the kiosk before them."""
    from drivers.simulated.desk import DemoDesk

    with ExitStack() as stack:
        folder = options.run or Path(stack.enter_context(TemporaryDirectory(prefix="kiosk-demo-")))
        desk = stack.enter_context(DemoDesk(ROOT, folder.resolve(), TERMINAL))
        layers = [DEFAULTS, CONFIG / "profiles" / "demo.toml", desk.write_site()]
        if options.height:
            layers.append(smaller_panel(folder, options.height))
        if options.tour is not None:
            return tour(options, desk, layers)
        shell, kiosk = open_kiosk(layers, dev_buttons(desk, options.persona))
        kiosk.runner.start()
        try:
            shell.run()
        finally:
            kiosk.stop()
    return 0


def smaller_panel(folder: Path, height: int) -> Path:
    """Write settings for the same panel drawn smaller: fewer pixels a millimetre."""
    from kiosk.settings import read_settings

    panel = read_settings(DEFAULTS).panel
    share = height / panel.height_px
    width, px_per_mm = round(panel.width_px * share), panel.px_per_mm * share
    path = folder / "panel.toml"
    said = f"width_px = {width}\nheight_px = {height}\npx_per_mm = {px_per_mm}\n"
    path.write_text(f"[panel]\n{said}", "utf-8")
    return path


def dev_buttons(desk: DemoDesk, persona: str) -> tuple[DevButton, ...]:
    """Return what can be played beside the page."""
    from screens.dev_dock import DevButton

    bench = desk.bench
    scenes = (
        ("本人站好", "person"),
        ("站远一点", "too_far"),
        ("换一个人", "wrong_person"),
        ("两个人", "two_faces"),
        ("没有人", "nobody"),
        ("光线暗", "dark"),
    )
    return (
        DevButton("放身份证", partial(bench.place_card, persona)),
        DevButton("拿走身份证", bench.lift_card),
        *(DevButton(label, partial(bench.show, scene)) for label, scene in scenes),
        DevButton("断网", desk.cut_network),
        DevButton("恢复网络", desk.restore_network),
        DevButton("打印机没纸", partial(bench.paper_out, out=True)),
        DevButton("装上纸", partial(bench.paper_out, out=False)),
    )


@dataclass
class DeskHand:
    """The hands of the scripted person, at the simulated devices; `mishap` happens on the way."""

    desk: DemoDesk
    persona: str
    mishap: str
    store_has_it: Callable[[], bool] = lambda: False

    def put_card(self) -> None:
        """Lay the card on the reader."""
        self.desk.bench.place_card(self.persona)

    def take_card(self) -> None:
        """Take it back."""
        self.desk.bench.lift_card()

    def come_closer(self) -> None:
        """Step to the right place before the camera."""
        self.desk.bench.show("person")

    def arrived(self, page_name: str) -> None:
        """Let the mishap happen at its page."""
        if page_name == "review" and self.mishap != "none":
            self.desk.cut_network()
        if page_name == "receipt" and self.mishap == "offline":
            self.desk.restore_network()

    def between(self, page_name: str) -> None:
        """Kill this kiosk as soon as the application is durable: nobody has answered yet."""
        if self.mishap == "killed" and page_name == "submitting" and self.store_has_it():
            os.kill(os.getpid(), signal.SIGKILL)


def tour(options: argparse.Namespace, desk: DemoDesk, layers: list[Path]) -> int:
    """Let the scripted person go the whole way; 1 when the application did not arrive."""
    from kiosk.filing.store import State
    from screens.person import ScriptedPerson
    from screens.tour import Tour

    desk.bench.show("too_far")
    seen: list[Page] = []
    shell, kiosk = open_kiosk(layers, seen=seen.append)
    from screens.finger import Finger

    hand = DeskHand(desk, options.persona, options.mishap)
    hand.store_has_it = lambda: kiosk.backroom.store.counts()[State.WAITING] > 0
    give_up = time.monotonic() + PATIENCE_SECONDS
    walk = Tour(
        options.tour, ScriptedPerson(), Finger(shell), hand, shell.save_screenshot, time.monotonic
    )
    walk.begin()
    kiosk.runner.start()
    filed = ""
    try:
        while not walk.over:
            shell.idle()
            hand.between(kiosk.runner.visit.stage.value)
            visit = kiosk.runner.visit
            filed = visit.application_id if visit.confirmed_at else filed
            pages, seen[:] = seen[:], []
            for page in pages:
                walk.take(page)
            walk.tick()
        while hand.store_has_it() and time.monotonic() < give_up:
            shell.idle()
        arrived = central_state(kiosk, filed)
    finally:
        kiosk.stop()
    report = {**walk.report(), "application_id": filed, "central": arrived}
    if (slip := desk.bench.last_slip()) is not None:
        shutil.copyfile(slip, options.tour / "receipt.png")
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (options.tour / "tour.json").write_text(text + "\n", "utf-8")
    summary = {key: report[key] for key in ("complete", "touches", "typed_characters", "seconds")}
    print(json.dumps({**summary, "pages": len(walk.pages), "central": arrived["state"]}))
    return 0 if walk.complete and arrived["state"] == "received" else 1


def central_state(kiosk: Kiosk, application_id: str) -> dict[str, Any]:
    """Ask the central service itself what it has of this application."""
    from kiosk.visit.events import ProgressKnown
    from kiosk.visit.inquiries import progress_of

    found = (
        progress_of(kiosk.backroom.equipment.central, application_id) if application_id else None
    )
    if not isinstance(found, ProgressKnown):
        return {"state": "not received", "services": {}}
    number, services = found.case_number, dict(found.states)
    return {"state": "received", "case_number": number, "services": services}


def main(arguments: list[str]) -> int:
    """Run one command; 2 when it is not one."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match name:
        case "run":
            return run(rest)
        case "demo":
            return demo(rest)
        case "simulate":
            from drivers.simulated.commands import run as simulate

            return simulate(rest)
        case "devices" if rest[:1] == ["simulate"]:
            from drivers.simulated.device_commands import run as simulate_device

            return simulate_device(rest[1:])
        case "devices":
            from drivers.commands import run as use_device

            return use_device(rest)
        case "serve":
            from central.commands import serve

            return serve(rest)
        case "audit":
            from datetime import datetime

            from kiosk.filing.commands import run as use_audit

            return use_audit(rest, DEFAULTS, lambda: datetime.now().astimezone())
        case "check-config" | "replay":
            from kiosk import commands

            return commands.run(name, rest, CONFIG)
        case "rules":
            from datetime import date

            from kiosk.retirement.commands import run as ask_rules

            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
            return ask_rules(rest, CONFIG, date.today())  # noqa: DTZ011
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
