"""`devices list` and `devices test`: output and exit codes, against simulated devices."""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import main
from drivers import registry
from drivers.commands import Exit, evidence_words, list_devices, test_device, trial
from drivers.commands.cures import cure
from drivers.commands.trial import DeviceTrial, addresses
from drivers.devices.sam_verdicts import OF_THE_READER
from drivers.discovery import Candidate, PortProblem, Rights, Sort
from drivers.simulated.bench import BenchPlan, SimulatedBench, first_font
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.simulated.cards.samv import Delays
from drivers.supervision.life import DeviceCondition, Life
from drivers.supervisor import OF_THE_PRINTER, OF_THE_SS_READER
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.operator_texts import texts_of
from tests.drivers.machine_tree import Tree
from tests.options import options_of
from wiring import places

SAM_ID = "05.03-20990101-0001234567-0007654321"


@pytest.fixture(scope="module")
def bench() -> Iterator[SimulatedBench]:
    with tempfile.TemporaryDirectory(prefix="kiosk-test-") as folder:
        font = first_font(places.ASSETS / "fonts")
        plan = BenchPlan(
            places.CONFIG / "personas", places.ASSETS / "portraits", font, Path(folder)
        )
        desk = SimulatedBench(plan, Delays(0, 0, 0, 0), lambda _: None)
        yield desk
        desk.close()


@pytest.fixture
def site(bench: SimulatedBench, tmp_path: Path) -> Path:
    return written(tmp_path, bench.urls())


def written(folder: Path, urls: dict[str, str]) -> Path:
    path = folder / "site.toml"
    keys = {"headphones": "jack", "help": "bell"}
    sections = [
        f"[{name}]\n{keys.get(name, 'url')} = {json.dumps(url)}\n" for name, url in urls.items()
    ]
    path.write_text(
        f'profile = "demo"\n{"".join(sections)}[store]\npath = {json.dumps(str(folder / "k.db"))}\n'
    )
    return path


def devices(*arguments: object) -> int:
    return main.main(["devices", *map(str, arguments)])


def nobody() -> str:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{bound.getsockname()[1]}"


# test


@pytest.mark.parametrize(
    ("name", "words"), [("idcard", SAM_ID), ("camera", "镜头有画面"), ("printer", "有纸")]
)
def test_a_device_in_order(site, capsys, name, words):
    assert devices("test", name, "--config", site) == Exit.READ
    out, err = capsys.readouterr()
    assert words in out
    assert texts_of("devices.kinds")[name] in out
    assert err == ""


def test_a_device_that_is_not_there(bench, tmp_path, capsys):
    urls = {
        "id_card_reader": str(tmp_path / "absent"),
        "camera": str(tmp_path / "video9"),
        "printer": nobody(),
        "code_scanner": str(tmp_path / "scanner"),
    }
    path = written(tmp_path, urls)
    for name in ("idcard", "camera", "printer", "scanner"):
        assert devices("test", name, "--config", path) == Exit.DEVICE_FAULT
        out, err = capsys.readouterr()
        assert texts_of("devices.kinds")[name] in out
        assert "请" in err


def test_a_reader_without_licence(bench, site, capsys):
    bench.license(valid=False)
    try:
        assert devices("test", "idcard", "--config", site) == Exit.DEVICE_FAULT
    finally:
        bench.license(valid=True)
    out, err = capsys.readouterr()
    assert "自检没有通过" in out
    assert "66" in err


def test_a_printer_without_paper(bench, site, capsys):
    bench.paper_out(out=True)
    try:
        assert devices("test", "printer", "--config", site) == Exit.DEVICE_FAULT
    finally:
        bench.paper_out(out=False)
    assert "装一卷新纸" in capsys.readouterr().err


def test_a_scanner(tmp_path, capsys):
    import os

    ends = os.openpty()
    path = written(tmp_path, {"code_scanner": os.ttyname(ends[1])})
    try:
        assert devices("test", "scanner", "--config", path) == Exit.READ
    finally:
        for end in ends:
            os.close(end)
    assert "请扫一个码" in capsys.readouterr().out


def test_a_scanner_that_is_pulled_out(tmp_path):
    import os

    ends = os.openpty()
    path = written(tmp_path, {"code_scanner": os.ttyname(ends[1])})
    scanner = registry.make_scanner(read_settings(places.DEFAULTS, path))
    assert scanner.check() is None
    for end in ends:
        os.close(end)
    assert scanner.check() is Failure.SCANNER_LOST
    scanner.close()


def test_a_reader_of_social_security_cards_that_is_not_there(tmp_path, capsys):
    path = written(tmp_path, {"ss_card_reader": f"lib:{tmp_path}/none.so"})
    assert devices("test", "sscard", "--config", path) == Exit.DEVICE_FAULT
    assert "厂家" in capsys.readouterr().err


def test_what_can_not_be_tested(tmp_path, capsys):
    assert devices("test", "sscard") == Exit.USAGE
    assert "设置里没有社保卡读卡器" in capsys.readouterr().err
    wrong = written(tmp_path, {"printer": "nonsense"})
    for command in (("test", "idcard"), ("list",)):
        assert devices(*command, "--config", wrong) == Exit.USAGE
        assert "printer.url" in capsys.readouterr().err
    assert devices("test", "loudspeaker") == Exit.USAGE


def test_a_bug_is_not_hidden(site, monkeypatch):
    monkeypatch.setattr("drivers.devices.id_card_reader.CardReader.open", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        devices("test", "idcard", "--config", site)


# list


def listed(capsys, *arguments: object) -> dict:
    assert devices("list", "--json", *arguments) == Exit.READ
    return json.loads(capsys.readouterr().out)


def test_every_configured_device_after_one_try(bench, site, capsys):
    told = {one["name"]: one for one in listed(capsys, "--config", site)["devices"]}
    assert set(told) == {"idcard", "camera", "printer", "scanner"}
    assert {one["state"] for one in told.values()} == {"ready"}
    assert told["idcard"]["identity"] == SAM_ID
    assert told["idcard"]["url"] == bench.urls()["id_card_reader"]
    assert told["idcard"]["evidence"]["node"].startswith("/dev/pts/")
    assert told["idcard"]["counters"]["opened"] == 1
    assert {(one["failure"], one["cure"]) for one in told.values()} == {(None, "")}


def test_the_list_for_people(bench, site, capsys):
    bench.unplug_reader()
    try:
        assert devices("list", "--config", site) == Exit.READ
    finally:
        bench.plug_reader()
    out = capsys.readouterr().out
    assert "身份证读卡器  没有接上" in out
    assert "怎么办：读卡器没反应" in out
    assert "小票打印机  好用" in out


def test_a_fault_beside_healthy_ones(bench, site, capsys):
    bench.fault(IdReaderFault.SELF_TEST)
    bench.cover_open(is_open=True)
    try:
        told = {one["name"]: one for one in listed(capsys, "--config", site)["devices"]}
    finally:
        bench.cover_open(is_open=False)
    assert told["printer"]["failure"] == "cover_open"
    assert told["printer"]["state"] in ("fault", "self_test")  # which is tried again meanwhile
    assert told["printer"]["cure"] == cure(Failure.COVER_OPEN)
    assert told["camera"]["state"] == "ready"


def test_candidates_of_a_tree(site, tmp_path, capsys):
    tree = Tree(tmp_path / "tree")
    node = tree.bridge("ttyUSB0", serial="A5001")
    tree.program(431, "ModemManager", node)
    options = ["devices", "list", "--config", site]
    assert (
        list_devices.list_devices(options_of(*options, "--json"), places.DEFAULTS, tree.machine)
        == Exit.READ
    )
    (one,) = json.loads(capsys.readouterr().out)["candidates"]
    assert (one["usb"], one["serial"], one["driver"]) == ("1A86:7523", "A5001", "ch341-uart")
    assert one["traps"] == ["held", "modem_manager", "unstable_name"]
    assert len(one["cures"]) == 3
    assert (
        list_devices.list_devices(options_of(*options), places.DEFAULTS, tree.machine) == Exit.READ
    )
    out = capsys.readouterr().out
    assert f"{node}  1A86:7523 A5001 ch341-uart USB Serial" in out
    assert "怎么办：ModemManager (431) 正占着它" in out


def test_a_probe_asks_who_answers(bench, site, tmp_path, capsys):
    assert list_devices.ask_sam(bench.urls()["id_card_reader"]) == SAM_ID
    assert list_devices.ask_sam(nobody()) is Failure.READER_LOST
    tree = Tree(tmp_path / "tree")
    tree.bridge("ttyUSB0")
    arguments = ["devices", "list", "--config", site, "--json", "--probe"]
    assert (
        list_devices.list_devices(options_of(*arguments), places.DEFAULTS, tree.machine)
        == Exit.READ
    )
    (one,) = json.loads(capsys.readouterr().out)["candidates"]
    assert one["answer"] == "reader_lost"


# the words


def tried(failure: Failure | None, name: str = "idcard", **evidence) -> DeviceTrial:
    found = Candidate(Sort.SERIAL, "/dev/x", "/dev/ttyUSB0", **evidence) if evidence else None
    return DeviceTrial(
        name,
        texts_of("devices.kinds")[name],
        "/dev/x",
        Life(DeviceCondition.FAULT),
        failure,
        evidence=found,
    )


def test_every_failure_of_every_device_has_a_cure():
    of = {
        "idcard": OF_THE_READER,
        "printer": OF_THE_PRINTER,
        "sscard": OF_THE_SS_READER,
        "camera": {Failure.CAMERA_LOST},
        "scanner": {Failure.SCANNER_LOST},
    }
    for name, failures in of.items():
        for failure in failures:
            said = evidence_words.cure_of(tried(failure, name))
            assert said.endswith("。"), (name, failure)
            assert "请" in said or "换" in said


def test_the_cure_names_who_holds_the_port_and_who_may_not():
    held = tried(
        Failure.READER_BUSY, holders=("brltty (12)",), traps=(PortProblem.HELD, PortProblem.BRLTTY)
    )
    said = evidence_words.cure_of(held)
    assert said.startswith("brltty (12) 正占着它")
    assert "apt-get remove brltty" in said
    may_not = tried(Failure.READER_FORBIDDEN, rights=Rights(0, 0, 0o660))
    assert "usermod -aG root" in evidence_words.cure_of(may_not)
    plain = tried(Failure.READER_NOT_LICENSED, driver="ch341-uart")
    assert "66" in evidence_words.cure_of(plain)


def test_the_words_of_a_reader_found_by_its_descriptor(capsys):
    found = tried(None, driver="ch341-uart")
    assert test_device.report(replace(found, identity=SAM_ID)) == Exit.READ
    assert "现在是 /dev/ttyUSB0" in capsys.readouterr().out


def test_an_address_by_descriptor_has_its_evidence(tmp_path):
    tree = Tree(tmp_path / "tree")
    node = tree.bridge("ttyUSB0", serial="A1")
    path = written(tmp_path, {"id_card_reader": "tty://1A86:7523:A1"})
    (one,) = trial.try_devices(read_settings(places.DEFAULTS, path), ("idcard",), tree.machine)
    # The port itself is looked up on this machine, which has no such bridge.
    assert one.failure is Failure.READER_LOST
    assert one.evidence is not None
    assert one.evidence.node == str(node)
    absent = written(tmp_path, {"id_card_reader": "tty://1A86:7523:A2"})
    (one,) = trial.try_devices(read_settings(places.DEFAULTS, absent), ("idcard",), tree.machine)
    assert one.evidence is None
    assert one.condition is DeviceCondition.ABSENT


def test_only_what_has_an_address_is_a_device():
    shipped = addresses(read_settings(places.DEFAULTS))
    assert set(shipped) == {"idcard", "camera", "printer"}
