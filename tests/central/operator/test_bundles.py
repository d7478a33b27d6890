"""The operator signs settings, and the service hands them to terminals as they were signed."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import main
from central.operator.bundles import Repository
from drivers.central.bundle import BundleSource, FolderFetcher, NetworkFetcher
from kiosk.civil_time import to_civil
from kiosk.config.bundle import Bundle
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer
from tests.central.standing import CONFIG, Standing
from tests.drivers.central.bundles import DAYS, now

NAMES = ("city.toml", "district/341602.toml", "point/BZ-DEMO.toml")
DEMO = str(CONFIG / "profiles" / "demo.toml")


class Operator:
    """The operator's shell."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self.keys = folder / "data", folder / "keys"
        self.places = ("--data", str(self.data), "--keys", str(self.keys))
        self.said = capsys.readouterr

    def run(self, *words: str, status: int = 0) -> str:
        assert main.main(["central", "bundle", *words, *self.places]) == status
        said = self.said()
        return said.err if status else said.out

    def fetch(self, folder: Path, names: tuple[str, ...] = NAMES) -> Bundle | Failure:
        root = self.data / "configuration" / "1.root.json"
        return BundleSource(folder, root, names).fetch(FolderFetcher(self.data / "configuration"))


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Operator:
    data = str(tmp_path / "data")
    assert main.main(["central", "init", "--data", data]) == 0
    points = str(CONFIG / "service_points.csv")
    assert main.main(["central", "points", "import", points, "--data", data]) == 0
    capsys.readouterr()
    return Operator(tmp_path, capsys)


def write(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def test_from_keys_to_a_terminal_and_back(operator: Operator, tmp_path: Path) -> None:
    root = operator.run("begin").strip()
    assert Path(root).is_file()
    city = write(tmp_path / "c.toml", '[terminal]\nmaintainer = "市里"\n')
    part = write(tmp_path / "d.toml", '[terminal]\nmaintainer = "区里"\n')
    point = write(tmp_path / "p.toml", "[visit]\ndraft_hours = 12\n")
    operator.run(
        *("publish", "--city", city, "--district", "341602", part, "--point", "BZ-DEMO", point)
    )
    names = ["city.toml", "district/341602.toml", "point/BZ-DEMO.toml"]
    assert operator.run("list").split() == names
    found = operator.fetch(tmp_path / "trusted")
    assert isinstance(found, Bundle)
    assert [name for name, _ in found.layers] == names
    assert main.main(["central", "bundle", "list", *operator.places]) == 0
    until = to_civil(now() + timedelta(days=60)).date()
    assert f"refresh before {until}" in operator.said().err
    operator.run("withdraw", "district/341602.toml")
    operator.run("withdraw", "district/341602.toml", status=1)
    operator.run("replace-key", "targets")
    operator.run("refresh", "--days", "0")
    assert operator.fetch(tmp_path / "trusted") is Failure.SETTINGS_EXPIRED
    operator.run("refresh")
    found = operator.fetch(tmp_path / "trusted")
    assert isinstance(found, Bundle)
    assert [name for name, _ in found.layers] == ["city.toml", "point/BZ-DEMO.toml"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[visit]\nidle_secs = 3\n", "idle_seconds"),
        ('[device_key]\nurl = "file:x"\n', "只能写在本机"),
        ('[printer]\nurl = "tcp://127.0.0.1:9100"\n', "只能写在本机"),
        ("[face]\ntries = 1000\n", "只能写在本机"),
        ("[visit]\nidle_most_seconds = 86400.0\n", "90 到 300"),
        ('[terminal]\nphone = "0558-5550100"\n', "电话单"),
        ("[visit\n", "不是正确的 TOML"),
    ],
)
def test_what_terminals_would_refuse_is_not_signed(text, words, operator, tmp_path) -> None:
    operator.run("begin")
    city = write(tmp_path / "c.toml", text)
    assert words in operator.run("publish", "--city", city, status=1)
    assert operator.run("list") == ""


def test_settings_for_a_training_room_are_checked_as_such(operator, tmp_path) -> None:
    operator.run("begin")
    city = write(tmp_path / "c.toml", '[printer]\nurl = "tcp://127.0.0.1:9100"\n')
    assert "只能写在本机" in operator.run("publish", "--city", city, status=1)
    operator.run("publish", "--city", city, "--model", DEMO)
    assert operator.run("list").split() == ["city.toml"]


def test_a_list_of_employers_is_checked_and_signed(operator, tmp_path) -> None:
    operator.run("begin")
    head = "code,name,short_name,initials\n"
    good = write(tmp_path / "e.csv", f"{head}91340000MA99999999,亳州市示范新厂,新厂,xc\n")
    wrong = write(tmp_path / "w.csv", f"{head}91340000MA99999998,甲厂,甲厂,jc\n")
    said = operator.run("publish", "--employers", wrong, status=1)
    assert "第 2 行" in said
    assert "统一社会信用代码是 18 位" in said
    operator.run("publish", "--employers", good)
    assert operator.run("list").split() == ["employers.csv"]
    found = operator.fetch(tmp_path / "trusted", ("phones.toml", "employers.csv", "city.toml"))
    assert isinstance(found, Bundle)
    assert (found.settings_count, found.layers) == (
        0,
        (("employers.csv", Path(good).read_bytes()),),
    )


class Approver:
    """One person of the city, with the own stick."""

    def __init__(self, folder: Path, name: str, operator: Operator) -> None:
        self.key, self.said = folder / name / "key.pem", operator.said
        assert main.main(["central", "phones", "key", "--key", str(self.key)]) == 0
        self.public = self.said().out.strip()

    def sign(self, path: str, status: int = 0) -> str:
        assert main.main(["central", "phones", "sign", path, "--key", str(self.key)]) == status
        said = self.said()
        return said.err if status else said.out


def test_a_number_changes_when_two_people_signed_for_it(operator, tmp_path) -> None:
    operator.run("begin")
    people = [Approver(tmp_path, name, operator) for name in ("one", "two", "three")]
    approvers = f'keys = ["{people[0].public}", "{people[1].public}"]\n'
    write(operator.keys / "phone_approvers.toml", approvers)
    phones = write(
        tmp_path / "p.toml", 'valid_until = 2099-12-31\nphones = ["0558-5550100", "0558-12333"]\n'
    )
    city = write(tmp_path / "c.toml", '[terminal]\nphone = "0558-5550100"\n')
    publish = ("publish", "--city", city, "--phones", phones)
    assert "0 个人" in operator.run(*publish, status=1)
    assert people[0].sign(phones).split() == ["0558-5550100", "0558-12333", "until", "2099-12-31"]
    assert "before" in people[0].sign(phones, status=1)
    people[2].sign(phones)
    assert "1 个人" in operator.run(*publish, status=1)
    people[1].sign(phones)
    operator.run(*publish)
    operator.run("publish", "--city", city)  # the list that was published before counts
    found = operator.fetch(tmp_path / "trusted", ("phones.toml", "city.toml"))
    assert isinstance(found, Bundle)
    assert (found.settings_count, found.layers[0][1]) == (1, Path(phones).read_bytes())


def test_what_can_not_be_signed_is_left_as_it_was(operator, tmp_path) -> None:
    person = Approver(tmp_path, "one", operator)
    assert main.main(["central", "phones", "key", "--key", str(person.key)]) == 1
    assert "already" in operator.said().err
    phones = write(tmp_path / "p.toml", 'valid_until = 2099-12-31\nphones = ["0558-5550100"]\n')
    person.sign(phones)
    changed = Path(phones).read_text("utf-8").replace("5550100", "5550101")
    write(Path(phones), changed)
    assert "Remove all [[signatures]]" in person.sign(phones, status=1)
    assert Path(phones).read_text("utf-8") == changed
    for content in (b"", b"no key", ec_key()):
        person.key.write_bytes(content)
        assert "no private key" in person.sign(phones, status=1)
    person.key.unlink()
    assert "no private key" in person.sign(phones, status=1)
    assert "there is no such file" in person.sign(str(tmp_path / "absent.toml"), status=2)


def ec_key() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_nothing_is_begun_twice_nor_signed_before(operator, tmp_path) -> None:
    city = write(tmp_path / "c.toml", "")
    for words in (("publish", "--city", city), ("refresh",), ("replace-key", "root")):
        assert "central bundle begin" in operator.run(*words, status=1)
    operator.run("begin")
    assert "already" in operator.run("begin", status=1)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\nxx"])
def test_a_key_that_is_not_there(content, operator) -> None:
    operator.run("begin")
    before = sorted(path.name for path in (operator.data / "configuration").iterdir())
    for role in ("snapshot", "root"):
        path = operator.keys / f"{role}.pem"
        path.unlink()
        if content is not None:
            path.write_bytes(content)
    assert "key" in operator.run("refresh", status=1)
    assert "key" in operator.run("replace-key", "timestamp", status=1)
    assert sorted(path.name for path in (operator.data / "configuration").iterdir()) == before


def test_a_key_of_another_kind(operator) -> None:
    operator.run("begin")
    (operator.keys / "targets.pem").write_bytes(ec_key())
    assert "key" in operator.run("refresh", status=1)


def test_keys_are_the_operators_alone(operator) -> None:
    operator.run("begin")
    assert {path.stat().st_mode & 0o777 for path in operator.keys.iterdir()} == {0o600}
    assert not list((operator.data / "configuration").rglob("*.pem"))


class Asking:
    """A terminal's client, over the service in this process; `signed` says who signs."""

    def __init__(self, client: TestClient, signed: dict[str, str]) -> None:
        self.client, self.signed = client, signed

    def call(self, method, path, body=b"", headers=None) -> CentralAnswer:
        told = {**self.signed, **(headers or {})}
        said = self.client.request(method, path, content=body, headers=told)
        return CentralAnswer(status=said.status_code, body=said.content)


def test_the_service_hands_out_what_was_signed(
    central: Standing, client: TestClient, tmp_path: Path
) -> None:
    folder = central.office.configuration.folder
    repository = Repository(folder, tmp_path / "keys", DAYS, now)
    assert repository.begin() is None
    assert repository.publish({"city.toml": b"a = 1\n"}) is None
    root = shutil.copy(folder / "1.root.json", tmp_path / "root.json")
    source = BundleSource(tmp_path / "trusted", root, ("city.toml", "point/X.toml"))
    asking = Asking(client, central.headers())
    found = source.fetch(NetworkFetcher(asking))
    assert found == Bundle(2, (("city.toml", b"a = 1\n"),))
    before = central.office.configuration.version()
    assert before
    repository.refresh()
    assert central.office.configuration.version() != before
    assert source.fetch(NetworkFetcher(Asking(client, {}))) is Failure.SETTINGS_UNREACHABLE
