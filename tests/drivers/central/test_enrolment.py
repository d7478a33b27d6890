"""A terminal enrols at the real service, and every other end is told with its cure."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from central.fleet.enrolments import EnrolmentState
from central.store.terminals.enrolments import Enrolment
from drivers.central.client import CentralClient
from kiosk.cli.dispatch import Invocation, parse, parser_of
from kiosk.cli.parser import Program
from kiosk.cli.terminal_table import ENROL
from kiosk.cli.texts import read_texts
from kiosk.config.settings import Profile
from kiosk.config.settings_reader import read_settings
from kiosk.crypto.terminal_key import fingerprint
from kiosk.fleet.point_list import PointList
from kiosk.retirement.points import PointKind, ServicePoint
from kiosk.visit.reference_data import read_handbook
from tests.central.standing import CONFIG, NOON, Standing, numbered, standing
from tests.drivers.central.lines import LIMIT, serving
from wiring.delivery_service import central_of, identity_of
from wiring.enrolment import PATIENCE_SECONDS, PAUSE_SECONDS, enrol_terminal
from wiring.places import DEFAULTS, ROOT

CODE, ID, NEW = "7KQ2M9XA", numbered(500), "BZ-NEW-0007"
SITE = """
{profile}
[terminal]
code = "{code}"
point = "{point}"
[central]
url = "{url}"
identity = "{identity}"
keys = "{folder}/keys.json"
authority = "{authority}"
[device_key]
url = "file:{folder}/device.key"
[store]
path = "{folder}/own/kiosk.db"
"""
HALL = ServicePoint("BZ-QC-01", "花戏楼社区便民服务点", PointKind.COMMUNITY, "341602001001")
LISTED = PointList(NOON.replace(microsecond=0), {HALL.code: HALL})


TRAINING = 'profile = "training"\nbanner = "培训"'


def run(words: list[str], now: Callable[[], datetime], sleep: Callable[[float], None]) -> int:
    texts = read_texts(CONFIG / "texts", "en")
    found = parse(parser_of((ENROL,), Program("kiosk", "", ROOT), texts), ["enrol", *words])
    assert isinstance(found, Invocation)
    return enrol_terminal(found.options, now, sleep)


@dataclass
class EnrolmentSite:
    """A new terminal at a service that runs, and the technician who types."""

    central: Standing
    folder: Path
    url: str
    waits: int = 0
    state: EnrolmentState | None = EnrolmentState.CONFIRMED

    def write(
        self,
        code: str = NEW,
        url: str = "",
        identity: str = "",
        authority: str = "",
        point: str = "BZ-DEMO",
        profile: str = TRAINING,
    ) -> Path:
        path = self.folder / "site.toml"
        sealed = f"sealed:{self.folder}/own/identity"
        words = SITE.format(
            code=code,
            point=point,
            profile=profile,
            url=url or self.url,
            identity=identity or sealed,
            folder=self.folder,
            authority=authority,
        )
        path.write_text(words, "utf-8")
        return path

    def enrol(self, *words: str, **changes: str) -> int:
        return run([str(self.write(**changes)), *words], lambda: NOON, self.decide)

    def decide(self, _seconds: float) -> None:
        self.waits += 1
        if self.state is not None:
            self.central.office.store.enrolments.decide(ID, self.state)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[EnrolmentSite]:
    with standing(tmp_path) as central, serving(central.app) as url:
        fresh = Enrolment(ID, NEW, "BZ-DEMO", EnrolmentState.NEW, b"")
        central.office.store.enrolments.begin(fresh, CODE, NOON)
        yield EnrolmentSite(central, tmp_path, url)


def test_the_whole_way(site: EnrolmentSite, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.enrol("--code", CODE) == 0
    said = capsys.readouterr().out
    found = site.central.office.store.enrolments.find(ID)
    assert found is not None
    assert found.fingerprint in said.replace(" ", "")
    assert json.loads((site.folder / "keys.json").read_text()) == site.central.keys.public()
    settings = read_settings(DEFAULTS, site.folder / "site.toml")
    identity = identity_of(settings)
    assert identity.key.made_at == NOON
    assert fingerprint(identity.key.public) == found.fingerprint
    path = f"/v1/applications/{numbered(1)}/progress"
    client = CentralClient(site.url, lambda: identity.key, LIMIT, time.monotonic, lambda: NOON)
    assert client.call("GET", path).status == 404  # let in; there is no such application
    assert central_of(settings, None).call("GET", path).status == 401


@pytest.fixture
def listed(site: EnrolmentSite) -> EnrolmentSite:
    """A service with a list of service points, and a code for one of them."""
    site.central.office.points.replace(LISTED)
    fresh = Enrolment(numbered(501), NEW, HALL.code, EnrolmentState.NEW, b"")
    site.central.office.store.enrolments.begin(fresh, "22222222", NOON)
    decide = site.central.office.store.enrolments.decide
    site.decide = lambda _: decide(numbered(501), EnrolmentState.CONFIRMED)  # type: ignore[method-assign,assignment]
    return site


def test_a_terminal_of_any_listed_point_starts_also_without_the_network(
    listed: EnrolmentSite, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed.enrol("--code", "22222222", point=HALL.code) == 0
    assert "服务点：BZ-QC-01 花戏楼社区便民服务点（谯城区）" in capsys.readouterr().out
    settings = read_settings(DEFAULTS, listed.folder / "site.toml")
    production = replace(settings, profile=Profile.PRODUCTION)
    assert read_handbook(CONFIG, production).point == HALL


def test_a_code_for_another_point_changes_nothing(
    listed: EnrolmentSite, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed.enrol("--code", "22222222", point="BZ-QC-10") == 1
    said = capsys.readouterr().out
    assert "登记码是给服务点 BZ-QC-01 花戏楼社区便民服务点（谯城区） 的" in said
    assert "terminal.point" in said
    assert not (listed.folder / "own").exists()
    assert not (listed.folder / "keys.json").exists()


def test_an_enrolled_terminal_is_not_enrolled_by_mistake(
    site: EnrolmentSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site.enrol("--code", CODE)
    assert site.enrol("--code", CODE) == 1
    assert "--again" in capsys.readouterr().out
    fresh = Enrolment(numbered(501), NEW, "BZ-DEMO", EnrolmentState.NEW, b"")
    site.central.office.store.enrolments.begin(fresh, "22222222", NOON)
    before = (site.folder / "own" / "identity").read_bytes()
    site.state = None
    decide = site.central.office.store.enrolments.decide
    words = [str(site.write()), "--code", "22222222", "--again"]
    assert (
        run(words, lambda: NOON, lambda _: decide(numbered(501), EnrolmentState.CONFIRMED) and None)
        == 0
    )
    assert (site.folder / "own" / "identity").read_bytes() != before


@pytest.mark.parametrize(
    ("words", "changes", "said"),
    [
        (("--code", "00000000"), {}, "另发一个"),
        (("--code", "7KQ"), {}, "8 到 20 位"),
        (("--code", CODE), {"code": "BZ-OTHER-1"}, "登记码是给 BZ-NEW-0007 的"),
        (("--code", CODE), {"url": "http://127.0.0.1:1"}, "连不上中心"),
        (("--code", CODE), {"identity": "file:/tmp/none"}, "不用登记"),
    ],
)
def test_what_ends_it(
    site: EnrolmentSite,
    words: tuple[str, ...],
    changes: dict[str, str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert site.enrol(*words, **changes) == 1
    assert said in capsys.readouterr().out
    assert not (site.folder / "own" / "identity").exists()


def test_refused(site: EnrolmentSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.state = EnrolmentState.REFUSED
    assert site.enrol("--code", CODE) == 1
    assert "没有同意" in capsys.readouterr().out


def test_nobody_decides(site: EnrolmentSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.state = None
    assert site.enrol("--code", CODE) == 1
    assert site.waits == PATIENCE_SECONDS / PAUSE_SECONDS
    assert "一刻钟里没人确认" in capsys.readouterr().out


def test_too_many_wrong_codes(site: EnrolmentSite, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(6):
        assert site.enrol("--code", "00000000") == 1
    assert "再试" in capsys.readouterr().out
