"""The processes that a demo needs around the kiosk: simulated devices and a central service."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Self
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from drivers.simulated.cards.ss_card_keys import CENTRE_KEY
from drivers.simulated.control import BenchControl
from drivers.simulated.file_pages import file_pages
from drivers.simulated.phone_browser import PhoneBrowser, begin_as_employer, begin_on_phone
from drivers.simulated.phone_desk import PHONE_TERMINAL, write_phone_site

if TYPE_CHECKING:
    from drivers.simulated.ss_card_desk import SsCardSlot

POINT = "BZ-DEMO"
PORTS = range(20_000, 32_000)  # below those that the kernel assigns by itself
OFFICE_DAY_SECONDS = 30.0  # so that a case of the demo comes to its end within minutes
SITE = """# Written by the demo.
[id_card_reader]
url = {reader}

[chip_photo]
path = {photo}

[camera]
url = {camera}

[paper_camera]
url = {paper_camera}

[printer]
url = {printer}

[document_printer]
url = {document_printer}

[keypad]
url = {keypad}

[headphones]
jack = {jack}

[code_scanner]
url = {scanner}
phone_proof = {phones}

[help]
bell = {bell}

[central]
url = {central}
keys = {keys}
identity = {identity}
authority = {authority}

[device_key]
url = {key}

[store]
path = {store}
min_free_mib = 20
"""

PLATFORM = "central platform"
PHONE = "central phone"
PLATFORM_SECONDS = 10.0
SS_READER = """
[ss_card_reader]
url = {url}
"""


def free_port() -> int:
    """Return a free port below those that the kernel assigns, so that it can be reopened later.

    Raises RuntimeError when none is free.
    """
    for port in SystemRandom().sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise RuntimeError("no port is free")


@dataclass
class DemoDesk:
    """The child processes, with their files below `folder`; a context manager that ends them.

    `root` is the folder of config/ and the packages, `terminal` the id that the central service
    knows. `office_day_seconds` is how long a day of the simulated offices lasts. `ss_slot` is a
    started slot for social security cards, which the kiosk is led to; with `phones` the city's
    platform is simulated, so that codes on telephones prove; with `phone_filing` it is, too, and
    the pages of filing on a phone are served. Raises RuntimeError when a process does not start.
    """

    root: Path
    folder: Path
    terminal: str
    office_day_seconds: float = OFFICE_DAY_SECONDS
    ss_slot: SsCardSlot | None = None
    phones: bool = False
    phone_filing: bool = False
    _children: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    _central_port: int = 0
    _phone_port: int = 0
    _ready: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._central_port = free_port()
        self._launch("simulate", self._simulate_arguments())
        if self.phones or self.phone_filing:
            self._phone_port = free_port()
            self._launch(PLATFORM, self._platform_arguments())
            self._ready[PLATFORM] = self._read_line(PLATFORM)
        self._launch("serve", self._serve_arguments())
        for name in ("simulate", "serve"):
            self._ready[name] = self._read_line(name)
        if self.phone_filing:
            self._launch(PHONE, self._phone_arguments())
            self._ready[PHONE] = self._read_line(PHONE)
        return self

    def __exit__(self, *_error: object) -> None:
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            self._end(child)

    @property
    def bench(self) -> BenchControl:
        """Return the control of the simulated devices."""
        return BenchControl(self._ready["simulate"]["control"])

    @property
    def phone_url(self) -> str:
        """Return where the pages of filing on a phone are served."""
        url: str = self._ready[PHONE]["url"]
        return url

    @property
    def store(self) -> Path:
        """Return the kiosk's database file."""
        return self.folder / "kiosk.db"

    def write_site(self, reader: str = "") -> Path:
        """Write the settings that lead the kiosk to these processes; return the file."""
        devices, central = self._ready["simulate"], self._ready["serve"]
        values = {
            "reader": reader or devices["id_card_reader"],
            "photo": str(Path(__file__).parent / "cards" / "chip_photo_codec.py"),
            "camera": devices["camera"],
            "paper_camera": devices["paper_camera"],
            "printer": devices["printer"],
            "document_printer": devices["document_printer"],
            "keypad": devices["keypad"],
            "jack": devices["headphones"],
            "scanner": devices["code_scanner"],
            "phones": self.phones,
            "bell": devices["help"],
            "central": central["url"],
            "keys": central["keys"],
            "authority": central["authority"],
            "identity": f"file:{Path(central['terminals']) / self.terminal}",
            "key": f"file:{self.folder / 'device.key'}",
            "store": str(self.store),
        }
        path = self.folder / "site.toml"
        quoted = {name: json.dumps(value) for name, value in values.items()}
        more = SS_READER.format(url=json.dumps(self.ss_slot.url)) if self.ss_slot else ""
        path.write_text(SITE.format_map(quoted) + more, "utf-8")
        return path

    def begin_on_phone(self, person: str, mobile: str) -> str:
        """Begin an application on the pages of a phone; return the code of its draft.

        `person` is the name of an invented person's file, `mobile` what they type. Raises
        RuntimeError when the pages do not lead there.
        """
        authority = self.folder / "platform" / "authority.crt"
        return begin_on_phone(PhoneBrowser(self.phone_url, authority), person, mobile)

    def begin_as_employer(self, unit_code: str, rows: str) -> None:
        """Begin applications on the employer page; `rows` is the CSV that is uploaded.

        Two drawn pages of a personnel file follow. `unit_code` is that of the invented company.
        Raises RuntimeError unless all were begun.
        """
        authority = self.folder / "platform" / "authority.crt"
        browser = PhoneBrowser(self.phone_url, authority)
        begin_as_employer(browser, unit_code, rows, file_pages())

    def run_radar(self) -> str:
        """Let the central service prepare for whose month is near; return what it printed.

        Raises CalledProcessError when it fails.
        """
        return self._run_central("radar", "run", "--people", str(self.root / "config" / "personas"))

    def _run_central(self, *words: str) -> str:
        data = ("--data", str(self.folder / "central"))
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "wiring", "central", *words, *data],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def telephone_code(self, number: str) -> str:
        """Return the code that the telephone of the person with this ID number shows now.

        Raises OSError when the platform is not simulated here.
        """
        folder = self.folder / "platform"
        secret = (folder / "platform.token").read_text("ascii")
        asked = Request(  # noqa: S310 - https, our own process
            self._ready[PLATFORM]["codes"],
            json.dumps({"number": number}).encode(),
            {"Authorization": f"Bearer {secret}"},
        )
        tls = ssl.create_default_context(cafile=str(folder / "authority.crt"))
        # The machine's proxy, if it has one, does not lead to this machine.
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=tls))
        with opener.open(asked, timeout=PLATFORM_SECONDS) as answer:
            code: str = json.loads(answer.read())["code"]
        return code

    def cut_network(self) -> None:
        """Stop the central service, so that nobody listens at its address."""
        child = self._children.pop("serve", None)
        if child is not None:
            child.terminate()
            self._end(child)

    def restore_network(self) -> None:
        """Start the central service again, at the same address and with the same data."""
        if "serve" not in self._children:
            self._launch("serve", self._serve_arguments())
            self._ready["serve"] = self._read_line("serve")

    def _simulate_arguments(self) -> list[str]:
        return ["--folder", str(self.folder / "desk")]

    def _platform_arguments(self) -> list[str]:
        back = f"{PHONE_TERMINAL}=http://127.0.0.1:{self._phone_port}/"
        return [
            *("--folder", str(self.folder / "platform"), "--client", back),
            *("--people", str(self.root / "config" / "personas")),
        ]

    def _phone_arguments(self) -> list[str]:
        return [
            str(self.root / "config" / "profiles" / "demo.toml"),
            str(write_phone_site(self.folder, self._ready["serve"])),
            *("--authorize", self._ready[PLATFORM]["authorize"]),
            *("--port", str(self._phone_port)),
        ]

    def _serve_arguments(self) -> list[str]:
        portrait = self.root / "assets" / "portraits" / "collins.jpg"
        card_key = self.folder / "card.key"
        card_key.write_bytes(CENTRE_KEY)
        return [
            *("--data", str(self.folder / "central"), "--port", str(self._central_port)),
            *("--terminal", self.terminal, "--point", POINT),
            *("--portrait", str(portrait), "--with-parent", "--create", "--demo"),
            *("--people", str(self.root / "config" / "personas")),
            *("--staff", str(self.root / "config" / "staff")),
            *("--offices", str(self.root / "config" / "offices" / "demo.toml")),
            *("--office-day", str(self.office_day_seconds)),
            *("--tls", "--card-key", str(card_key)),
            *(("--unified-user", self._ready[PLATFORM]["file"]) if PLATFORM in self._ready else ()),
            *(("--terminal", PHONE_TERMINAL) if self.phone_filing else ()),
        ]

    def _launch(self, command: str, arguments: list[str]) -> None:
        self._children[command] = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "wiring", *command.split(), *arguments],
            cwd=self.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,  # Ctrl-C ends whoever began them, and that ends them
        )

    def _read_line(self, command: str) -> dict[str, Any]:
        output = self._children[command].stdout
        assert output is not None
        line = output.readline()
        if not line:
            raise RuntimeError(f"retirement-kiosk {command} did not start")
        told: dict[str, Any] = json.loads(line)
        return told

    @staticmethod
    def _end(child: subprocess.Popen[str]) -> None:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
