"""Credentials of the repository: the list is that of the tree, and production refuses them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.device_key import SecretKey
from kiosk.config.known_credentials import FILE, KnownCredentials, digest_of, read_known_credentials
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Profile
from kiosk.crypto.terminal_identity import write_key
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.staff.roster import RosterEntry
from script.packaging.known_credentials import credentials, known_credentials
from tests.kiosk.invented_people import NOW, handbook
from tests.kiosk.staff_people import HELPER_CARD, roster
from wiring import delivery_service
from wiring.places import CONFIG

KNOWN = read_known_credentials(CONFIG)


def test_the_list_is_that_of_the_tree() -> None:
    assert (CONFIG / FILE).read_text("ascii") == known_credentials()
    assert len(KNOWN.digests) > 256


def test_the_list_holds_no_credential() -> None:
    content = (CONFIG / FILE).read_bytes()
    for one in credentials():
        assert KNOWN.has(one)
        assert (one.encode() if isinstance(one, str) else one) not in content


def test_nothing_else_is_known() -> None:
    assert not KNOWN.has("")
    assert not KNOWN.has(b"of nobody")
    assert not KnownCredentials().has(bytes(32))


@pytest.mark.parametrize("text", [None, "", "# words\n", "not a digest\n", "\xff"])
def test_a_list_that_is_none_is_named(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text, "latin-1")
    with pytest.raises(ConfigError, match=FILE):
        read_known_credentials(tmp_path)


def test_who_has_a_known_credential_is_left_out() -> None:
    found = roster()
    fresh = replace(
        found.accounts[0], id="H-0009", card_hash="c" * 64, pin_hash="scrypt$own", code_key=""
    )
    mixed = replace(found, accounts=(*found.accounts, fresh))
    assert mixed.without(KNOWN).accounts == (fresh,)
    assert mixed.without(KNOWN).holder(HELPER_CARD) is None
    assert mixed.without(KnownCredentials()) == mixed
    for name in ("card_hash", "pin_hash", "code_key"):
        one: RosterEntry = replace(fresh, **{name: next(_of_the_demo(name))})
        assert replace(found, accounts=(one,)).without(KNOWN).accounts == ()


def _of_the_demo(name: str):
    import tomllib

    said = tomllib.loads((CONFIG / "staff" / "BZ-DEMO.toml").read_text("utf-8"))
    return (one[name] for one in said["accounts"] if name in one)


def test_a_production_terminal_signs_with_no_known_key(tmp_path: Path) -> None:
    settings = replace(handbook().settings, profile=Profile.PRODUCTION)
    seal = SecretKey(os.urandom(32))
    (tmp_path / "device.key").touch(0o600)
    (tmp_path / "device.key").write_bytes(seal.secret)
    path = tmp_path / "identity"
    settings = replace(
        settings,
        device_key=replace(settings.device_key, url=f"file:{tmp_path / 'device.key'}"),
        central=replace(settings.central, identity=f"sealed:{path}"),
    )
    write_key(path, seal, TerminalKey(bytes([1]) * 32, NOW), os.urandom)
    with pytest.raises(ConfigError, match="演示或测试用的"):
        delivery_service.identity_of(settings)
    demo = replace(settings, profile=Profile.DEMO)
    assert delivery_service.identity_of(demo).key.private == bytes([1]) * 32
    write_key(path, seal, TerminalKey(os.urandom(32), NOW), os.urandom)
    assert delivery_service.identity_of(settings).key.made_at == NOW


def test_production_knows_the_list_and_a_demo_none() -> None:
    settings = replace(handbook().settings, profile=Profile.PRODUCTION)
    assert delivery_service.known_to(settings) == KNOWN
    assert (
        delivery_service.known_to(replace(settings, profile=Profile.TRAINING)) == KnownCredentials()
    )
    assert digest_of("a") == digest_of(b"a")
