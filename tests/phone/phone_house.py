"""The pages of a phone over a central service of a few lines: invented people, time as an argument."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.testclient import TestClient

from central.load import RateLimit
from kiosk.application.document import Application
from kiosk.config.schema import load
from kiosk.crypto.envelope import new_opening_key
from kiosk.failures import Failure
from kiosk.people.facts import SharedFacts
from kiosk.ports import JSON, CentralAnswer, Trouble
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
from tests.kiosk.invented_people import CONFIG, NOW, PICKED, ROOT, TYPED, handbook, persona
from tests.phone.shown import BrowserPage

SETTLES = ("promise ", "commitment ", "bring_later ")
URL = "https://phone.test"
REFERENCE = "0123456789abcdef" * 2
KEYS = new_opening_key(os.urandom)
"""Of the service to which pages are sealed."""
PLATFORM = "https://platform.test/authorize"


def phone_handbook() -> Any:
    book = handbook()
    none = replace(book.settings.code_scanner, url="")
    no_camera = replace(book.settings.paper_camera, url="")
    no_bell = replace(book.settings.help, bell="")
    visit = replace(book.settings.visit, voice=False)
    panel = replace(book.settings.panel, lower_edge_mm=0.0)
    settings = replace(
        book.settings,
        code_scanner=none,
        paper_camera=no_camera,
        help=no_bell,
        visit=visit,
        panel=panel,
    )
    return replace(book, settings=settings)


def as_json(facts: SharedFacts) -> bytes:
    def plain(value: Any) -> Any:
        return value.value if isinstance(value, Enum) else str(value)

    return json.dumps(asdict(facts), default=plain).encode()


@dataclass
class FewLinesCentral:
    """Knows one person; `trouble` is what every call ends with."""

    person: str = "liu"
    facts: SharedFacts | None = None
    trouble: Trouble | None = None
    asked: list[tuple[str, Any]] = field(default_factory=list)
    tokens: Any = field(default_factory=itertools.count)
    wish: dict[str, Any] | None = None
    answers: list[dict[str, str]] = field(default_factory=list)
    pages: list[dict[str, Any]] = field(default_factory=list)
    pages_state: str = "kept"
    blobs: dict[str, bytes] = field(default_factory=dict)

    def take_chunk(self, path: str, body: bytes) -> CentralAnswer:
        """Keep a chunk of a sealed page."""
        if self.trouble is not None:
            return CentralAnswer(trouble=self.trouble)
        name, total = path.split("/")[3], int(path.rpartition("=")[2])
        self.blobs[name] = self.blobs.get(name, b"") + body
        return _ok({"version": 1, "complete": len(self.blobs[name]) == total})

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        if path.startswith("/v1/blobs/"):
            return self.take_chunk(path, body)
        self.asked.append((path, json.loads(body) if body else None))
        if self.trouble is not None:
            return CentralAnswer(trouble=self.trouble)
        card, facts = persona(self.person)
        match path:
            case "/v1/proofs/platform":
                said = {"version": 1, "token": f"token-{next(self.tokens)}"}
                return _ok(
                    {**said, "id_number": card.number, "name": card.name, "address": card.address}
                )
            case "/v1/people/facts":
                return CentralAnswer(200, JSON, body=as_json(self.facts or facts))
            case "/v1/people/filings":
                return _ok({"version": 1, "filings": []})
            case "/v1/employers/login":
                unit = {"unit": "亳州市示范机械厂", "unit_code": "91341600MA0000001R"}
                return _ok({"version": 1, "token": "company-token", **unit})
            case "/v1/employers/people":
                due = {"name": "王秀英", "number": "341***********0011", "month": "2027-03"}
                ours = {"papers": {"P1": "人事档案"}, "reference": REFERENCE}
                missing = [] if self.pages else ["人事档案"]
                one = {**due, "begun": True, "missing": missing, "pages": len(self.pages), **ours}
                return _ok({"version": 1, "people": [one], "more": 3})
            case "/v1/employers/pages":
                said = json.loads(body)
                before = self.pages if said["act"] == "add" else []
                if self.pages_state == "kept":
                    self.pages = [*before, *said["pages"]]
                return _ok({"version": 1, "state": self.pages_state, "pages": len(self.pages)})
            case "/v1/employers/filings":
                rows = json.loads(body)["rows"]
                states = ["begun" if one["name"] == card.name else "not-yours" for one in rows]
                return _ok({"version": 1, "states": states})
            case "/v1/wishes":
                return self.take_wish(json.loads(body))
            case "/v1/drafts":
                said = {"version": 1, "token": "ab" * 32, "minutes": 30}
                return CentralAnswer(201, JSON, body=json.dumps(said).encode())
        return CentralAnswer(404, "application/problem+json", body=b'{"type":"unknown"}')

    def take_wish(self, said: Mapping[str, Any]) -> CentralAnswer:
        if said["act"] == "keep":
            names = ("kinds", "division")
            self.wish = {"at": "2026-11-23", **{name: said[name] for name in names}}
        elif said["act"] == "withdraw":
            self.wish = None
        kinds = {"teach": "教教别人", "help": "帮帮邻里"}
        return _ok({"version": 1, "kinds": kinds, "wish": self.wish, "answers": self.answers})


def _ok(said: Mapping[str, Any]) -> CentralAnswer:
    return CentralAnswer(200, JSON, body=json.dumps(said).encode())


@dataclass
class MemoryDrafts:
    kept: dict[str, bytes] = field(default_factory=dict)

    def find(self, number: str) -> bytes | None:
        return self.kept.get(number)

    def keep(self, number: str, content: bytes) -> None:
        self.kept[number] = content

    def drop(self, number: str) -> None:
        self.kept.pop(number, None)


@dataclass
class PhoneHouse:
    """The pages, and a browser without scripts that goes by their words."""

    central: FewLinesCentral = field(default_factory=FewLinesCentral)
    drafts: MemoryDrafts = field(default_factory=MemoryDrafts)
    filed: list[Application] = field(default_factory=list)
    seconds: float = 0.0
    full: Failure | None = None
    policy: PhonePolicy = field(
        default_factory=lambda: replace(
            load(PhonePolicy, CONFIG / "phone.toml"), receipt_seconds=0.0
        )
    )

    def __post_init__(self) -> None:
        ids = itertools.count(1)
        texts = read_phone_texts(CONFIG)
        table = build_phone_table(phone_handbook(), texts)
        self.visits = PhoneVisits(
            table,
            self._services,
            self.policy,
            self.now,
            lambda: self.seconds,
            lambda: f"00000000-0000-4000-8000-{next(ids):012d}",
        )
        painter = PagePainter(table.book.words, texts.site, ROOT / "assets")
        platform = PlatformSite(PLATFORM, "BZ-PHONE-0001", URL)
        begins = RateLimit(self.policy.begins_a_minute, self.policy.begins_a_minute / 60)
        presses = RateLimit(self.policy.presses_at_once, self.policy.presses_a_second)
        pages = self.policy.pages
        reader = PageReader(pages.check, pages.limits)
        intake = PageIntake(
            self.central,
            reader,
            lambda: KEYS.sealing,
            lambda: f"00000000-0000-4000-8000-{next(ids):012d}",
            pages.most_files,
        )
        rate = RateLimit(pages.check.burst, pages.check.a_second)
        employer = EmployerSite(
            self.central,
            painter,
            platform,
            ("R01",),
            self.now,
            lambda: self.seconds,
            PageUploads(intake, pages.together_bytes, rate),
        )
        site = PhoneSite(
            self.visits,
            painter,
            platform,
            ROOT / "assets",
            self._picture,
            begins,
            presses,
            employer,
            WishSite(self.central, painter, platform, table.book.divisions, lambda: self.seconds),
        )
        self.app = build_phone_app(site)
        self.browser = self.new_browser()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def new_browser(self) -> TestClient:
        return TestClient(self.app, URL, follow_redirects=False, raise_server_exceptions=True)

    def _services(self) -> PhoneServices:
        devices = PhoneDevices(self.central, lambda *_a, **_k: Failure.FORM_NOT_MADE)
        return PhoneServices(self.central, self.drafts, self._submit, lambda _r: None, devices)  # type: ignore[arg-type]

    def _submit(self, one: Application) -> Failure | None:
        if self.full is None:
            self.filed.append(one)
        return self.full

    def _picture(self, _visit: PhoneVisit, _number: int) -> bytes | None:
        return None

    # what a person does

    @property
    def visit(self) -> PhoneVisit:
        (only,) = self.visits._visits.values()
        return only

    def look(self) -> BrowserPage:
        answer = self.browser.get("/")
        assert answer.status_code == 200
        return BrowserPage(answer.text)

    def post(self, press: str, shown: BrowserPage | None = None, **fields: str) -> Any:
        page = shown or self.look()
        self.seconds += 1
        return self.browser.post("/press", data={**page.fields, **fields, "press": press})

    def press(self, press: str, **fields: str) -> BrowserPage:
        answer = self.post(press, **fields)
        assert answer.status_code == 303, answer.text
        return self.look()

    def log_in(self) -> BrowserPage:
        self.press("start_self ")
        self.press("agree ")
        return self.come_back(self.go_away())

    def go_away(self) -> dict[str, str]:
        """Follow the link to the platform; return with what it sends the browser back."""
        away = self.browser.get("/login")
        asked = parse_qs(urlsplit(away.headers["location"]).query)
        assert asked["nonce"] == [self.visit.visit.id]
        return {"code": "from-the-platform", "state": asked["state"][0]}

    def come_back(self, back: Mapping[str, str]) -> BrowserPage:
        assert self.browser.get("/signed-in", params=back).status_code == 303
        return self.look()

    def answer(self, shown: BrowserPage) -> BrowserPage:
        """Answer a question by the words and fields of its page alone."""
        name = self.visit.page().name
        if "digits" in shown.fields:
            return self.press("next ", digits=TYPED[name])
        if "text" in shown.fields:
            return self.press("next ", text="英")
        return self.press(f"pick {PICKED[name]}")

    def walk_to_review(self) -> BrowserPage:
        shown = self.log_in()
        for _ in range(80):
            if "signed " in shown.buttons:
                break
            settles = [one for one in SETTLES if one in shown.buttons]
            if settles:
                shown = self.press(settles[0])
            elif self.visit.visit.stage == "form":
                shown = self.answer(shown)
            else:
                shown = self.press("next ")
        return shown
