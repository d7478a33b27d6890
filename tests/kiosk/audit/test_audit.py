"""The audit is closed to persons, and its export shows every change, loss and rewriting."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import main
from kiosk.audit.audit import AuditEntry, first_broken, head, link
from kiosk.audit.audit_events import EVENTS, PATTERNS, AuditEvent
from kiosk.audit.audit_export import describe, verify, write_entries, write_manifest
from kiosk.config.settings_reader import read_settings
from kiosk.storage.store import OutboxRecord, Store, open_store
from tests.kiosk.invented_people import CONFIG, ROOT, persona
from wiring.storage import open_storage

AT = "2026-11-24T09:00:00+00:00"
SAID: dict[AuditEvent, dict[str, str]] = {
    AuditEvent.STARTED: {"version": "0.1.0"},
    AuditEvent.CONFIRMED: {"digest": "a" * 64, "services": "16"},
    AuditEvent.RECONCILED: dict.fromkeys(EVENTS[AuditEvent.RECONCILED].fields, "1"),
    AuditEvent.CLOCK_WRONG: {"minutes": "-5256000"},
    AuditEvent.QUARANTINED: {"trouble": "status 422"},
    AuditEvent.SENDING_STOPPED: {"trouble": "tls"},
}


def chain(*events: AuditEvent) -> list[AuditEntry]:
    found: list[AuditEntry] = []
    for event in events or tuple(AuditEvent):
        last = found[-1] if found else None
        found.append(link(last, AT, event, "BZ-DEMO-0001", SAID.get(event, {})))
    return found


CHAIN = chain()
BODY = write_entries(CHAIN)
MANIFEST = write_manifest(CHAIN, BODY, "BZ-DEMO-0001", AT)


def faulty_line(body: bytes, manifest: bytes = MANIFEST, witnessed: str = "") -> int | None:
    fault = verify(body, manifest, (witnessed,) if witnessed else ())
    return None if fault is None else fault.line


def test_every_event_is_declared_with_fields_that_have_a_pattern() -> None:
    assert set(EVENTS) == set(AuditEvent)
    assert {name for one in EVENTS.values() for name in one.fields} == set(PATTERNS)


@pytest.mark.parametrize("event", AuditEvent)
def test_every_event_is_written_somewhere(event: AuditEvent) -> None:
    rooms = [*(ROOT / "kiosk").rglob("*.py"), *(ROOT / "wiring").glob("*.py")]
    sources = "".join(one.read_text("utf-8") for one in rooms if one.stem != "audit_events")
    assert sources.count(f"AuditEvent.{event.name}") > 0


@pytest.mark.parametrize("name", ["liu", "wang"])
@pytest.mark.parametrize("event", AuditEvent)
def test_nothing_of_a_person_fits_anywhere(event: AuditEvent, name: str) -> None:
    card, facts = persona(name)
    assert facts.account
    for text in (card.name, card.number, card.address, facts.account, facts.bank, "13800000000"):
        assert not fits(event, text, {})
        for field in PATTERNS:
            assert not fits(event, "BZ-1", {field: text}), field


def fits(event: AuditEvent, subject: str, detail: dict[str, str]) -> bool:
    try:
        link(None, AT, event, subject, detail)
    except ValueError:
        return False
    return True


def test_the_refusal_does_not_repeat_what_it_refused() -> None:
    with pytest.raises(ValueError, match="version of started") as caught:
        link(None, AT, AuditEvent.STARTED, "BZ-1", {"version": "刘长青"})
    assert "刘" not in str(caught.value)


def test_a_field_of_another_event_is_refused() -> None:
    assert not fits(AuditEvent.STOPPED, "BZ-1", {"version": "1"})
    assert not fits(AuditEvent.STARTED, "BZ-1", {"version": "刘"})
    assert not fits(AuditEvent.STARTED, "刘长青", {})
    assert fits(AuditEvent.STARTED, "BZ-1", {"version": "1"})


def test_a_whole_export_verifies_also_against_its_witness() -> None:
    assert verify(BODY, MANIFEST) is None
    for entry in CHAIN:
        assert verify(BODY, MANIFEST, [head(entry)]) is None
    assert verify(BODY, MANIFEST, [head(None)]) is None
    nothing = write_manifest([], b"", "BZ-1", AT)
    assert verify(b"", nothing) is None


@given(st.integers(0, len(CHAIN) - 1), st.sampled_from(["at", "subject", "digest", "previous"]))
def test_a_changed_line_is_named(place: int, member: str) -> None:
    lines = BODY.splitlines()
    changed = json.loads(lines[place])
    changed[member] = changed[member][:-1] + ("0" if changed[member][-1] != "0" else "1")
    lines[place] = json.dumps(changed).encode()
    assert faulty_line(b"\n".join(lines)) == place + 1


@given(st.integers(0, len(CHAIN) - 2))
def test_a_deleted_or_moved_line_is_named(place: int) -> None:
    lines = BODY.splitlines()
    assert faulty_line(b"\n".join(lines[:place] + lines[place + 1 :])) == place + 1
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    assert faulty_line(b"\n".join(lines)) == place + 1


def test_a_tail_that_was_cut_off_is_seen_by_manifest_and_witness() -> None:
    short = write_entries(CHAIN[:-1])
    assert faulty_line(short) == 0
    forged = write_manifest(CHAIN[:-1], short, "BZ-DEMO-0001", AT)
    assert verify(short, forged) is None
    assert faulty_line(short, forged, head(CHAIN[-1])) == 0


def test_a_chain_written_anew_is_seen_by_the_witness() -> None:
    other = chain(*[AuditEvent.STOPPED] * len(CHAIN))
    body = write_entries(other)
    manifest = write_manifest(other, body, "BZ-DEMO-0001", AT)
    assert verify(body, manifest) is None
    assert faulty_line(body, manifest, head(CHAIN[3])) == 0


@pytest.mark.parametrize(
    "line",
    [b"{}", b"[]", b"x", b'{"sequence":"1"}', BODY.splitlines()[0].replace(b"started", b"x")],
)
def test_other_lines_are_named(line: bytes) -> None:
    assert faulty_line(line + b"\n" + BODY) == 1


@pytest.mark.parametrize("manifest", [b"", b"[]", b'{"format":2}'])
def test_other_manifests_are_refused(manifest: bytes) -> None:
    assert faulty_line(BODY, manifest) == 0


@given(st.binary())
def test_any_bytes_are_judged(body: bytes) -> None:
    assert body.strip() == b"" or verify(body, MANIFEST) is not None


def test_first_broken_names_a_sequence() -> None:
    assert first_broken(CHAIN) is None
    assert first_broken([*CHAIN[:2], replace(CHAIN[2], at="x")]) == 3


def test_the_handbook_page_is_the_list() -> None:
    assert (ROOT / "docs" / "handbook-audit.zh.md").read_text("utf-8") == describe()


# the commands


@pytest.fixture
def site(tmp_path: Path) -> Path:
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    store.record_event(AuditEvent.STARTED, "BZ-DEMO-0001", AT, version="0.1.0")
    parcel = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, b"sealed")
    store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, AT, {"services": "2"})
    store.close()
    (tmp_path / "site.toml").write_text(f'[store]\npath = "{tmp_path / "kiosk.db"}"\n')
    return tmp_path


def audit(*arguments: object) -> int:
    return main.main(["audit", *map(str, arguments)])


def test_export_reads_an_encrypted_database_with_the_device_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = f'[device_key]\nurl = "file:{tmp_path / "device.key"}"\n'
    place = f'[store]\npath = "{tmp_path / "kiosk.db"}"\nurl = "sqlcipher:"\n'
    (tmp_path / "site.toml").write_text(place + key)
    layers = (CONFIG / "kiosk.toml", CONFIG / "profiles" / "demo.toml", tmp_path / "site.toml")
    kept = open_storage(read_settings(*layers))
    kept.store.record_event(AuditEvent.STARTED, "BZ-DEMO-0001", AT, version="0.1.0")
    kept.store.close()
    assert audit("export", *layers[1:], "--to", tmp_path / "audit.ndjson") == 0
    (tmp_path / "device.key").chmod(0o644)
    assert audit("export", *layers[1:], "--to", tmp_path / "audit.ndjson") == 1
    assert "device_key.url" in capsys.readouterr().err


def test_export_then_verify(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = site / "audit.ndjson"
    assert audit("export", site / "site.toml", "--to", file) == 0
    assert main.main(["audit", "verify", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"2 条：{file}", "完整：2 条"]
    lines = file.read_bytes().splitlines()
    file.write_bytes(lines[1] + b"\n")
    assert audit("verify", file) == 1
    assert "第 1 行" in capsys.readouterr().err


def test_an_export_is_checked_against_every_head_that_the_service_lists(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, heads = site / "audit.ndjson", site / "heads.tsv"
    audit("export", site / "site.toml", "--to", file)
    said = json.loads((site / "audit.ndjson.manifest").read_bytes())
    theirs = f"{said['terminal']}\t{said['head']}\t{AT}\t\n"
    strange = f"BZ-OTHER-0001\t1:{'a' * 64}\t{AT}\t\nno head at all\n{said['terminal']}\t1:b\n"
    heads.write_text(theirs + strange)
    assert audit("verify", file, "--heads", heads) == 0
    heads.write_text(f"{theirs}{said['terminal']}\t1:{'c' * 64}\t{AT}\tended {AT}\n")
    assert audit("verify", file, "--heads", heads) == 1
    assert "第 1 条不在这里" in capsys.readouterr().err
    for other in (f"9:{'d' * 64}", f"8:{'d' * 64}"):
        heads.write_text(f"{heads.read_text()}{said['terminal']}\t{other}\t{AT}\n")
    assert audit("verify", file, "--heads", heads) == 1
    assert "第 1 条等 3 条不在这里" in capsys.readouterr().err
    heads.write_text(strange)
    assert audit("verify", file, "--heads", heads) == 1
    assert "没有这台终端的见证" in capsys.readouterr().err
    assert audit("verify", file, "--heads", site / "none") == 2
    assert "no such file" in capsys.readouterr().err


def test_verify_says_what_is_missing(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("verify", site / "none") == 2
    assert "no such file" in capsys.readouterr().err
    file = site / "audit.ndjson"
    audit("export", site / "site.toml", "--to", file)
    manifest = file.with_name("audit.ndjson.manifest")
    kept = manifest.read_bytes()
    manifest.unlink()
    assert audit("verify", file) == 1
    assert "请连同清单一起拿来" in capsys.readouterr().err
    manifest.write_bytes(kept)
    assert audit("verify", file, "--witness", "9:" + "0" * 64) == 1
    assert "中心见证过" in capsys.readouterr().err


def test_export_says_what_is_wrong(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("export", site / "site.toml", "--to", site / "none" / "x") == 1
    assert "写不进去" in capsys.readouterr().err
    (site / "kiosk.db").write_bytes(b"this is no database at all, however long" * 50)
    assert audit("export", site / "site.toml", "--to", site / "x") == 1
    (site / "kiosk.db").unlink()
    assert audit("export", site / "site.toml", "--to", site / "x") == 1
    assert capsys.readouterr().err.count("store.path") == 2
    (site / "site.toml").write_text("[store]\nway = 1\n")
    assert audit("export", site / "site.toml", "--to", site / "x") == 1
    assert "way" in capsys.readouterr().err


def test_the_page_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit("page") == 0
    assert capsys.readouterr().out == describe()
