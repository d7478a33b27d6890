"""Signed settings: what was signed is taken, whatever else lies there is refused by its name."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.central.bundle import BundleSource, FolderFetcher, NetworkFetcher
from kiosk.config.bundle import Bundle
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Trouble
from tests.drivers.central.bundles import CITY, POINT, BundleDesk, change


@pytest.fixture
def desk(tmp_path: Path) -> BundleDesk:
    found = BundleDesk(tmp_path)
    found.publish(city=CITY, point=POINT)
    return found


def good(found: Bundle | Failure) -> Bundle:
    assert isinstance(found, Bundle), found
    return found


def test_layers_come_the_weakest_first(desk: BundleDesk) -> None:
    found = good(desk.fetch())
    assert found.layers == (("city.toml", CITY), ("point/BZ-DEMO.toml", POINT))
    assert found.version == 2
    desk.publish(city=POINT)
    newer = good(desk.fetch())
    assert newer.version == 3
    assert newer.id != found.id
    desk.publish(city=CITY)
    assert good(desk.fetch()).id == found.id


def test_another_points_layer_is_not_asked_for(desk: BundleDesk) -> None:
    desk.repository.publish({"point/OTHER.toml": b"x"})
    assert good(desk.fetch()).layers == (("city.toml", CITY), ("point/BZ-DEMO.toml", POINT))


def test_what_was_withdrawn_is_gone(desk: BundleDesk) -> None:
    assert desk.repository.withdraw("city.toml") is None
    assert good(desk.fetch()).layers == (("point/BZ-DEMO.toml", POINT),)


# each way to be wrong, on a stick; the last good one is there before


NEWER = '[terminal]\nmaintainer = "另外的运维"\n'.encode()


def newest_city(desk: BundleDesk) -> Path:
    every = desk.stick.glob("targets/*.city.toml")
    return next(path for path in every if path.read_bytes() == NEWER)


def tampered_layer(desk: BundleDesk) -> None:
    path = newest_city(desk)
    path.write_bytes(path.read_bytes().replace(b"maintainer", b"Maintainer"))


def tampered_targets(desk: BundleDesk) -> None:
    change(desk.newest("targets"), "signed", "targets", to={})


def tampered_snapshot(desk: BundleDesk) -> None:
    change(desk.newest("snapshot"), "signed", "version", to=900)


def tampered_timestamp(desk: BundleDesk) -> None:
    change(desk.stick / "timestamp.json", "signed", "expires", to="2099-01-01T00:00:00Z")


def garbled_timestamp(desk: BundleDesk) -> None:
    (desk.stick / "timestamp.json").write_bytes(b"\0" * 900)


def endless_timestamp(desk: BundleDesk) -> None:
    (desk.stick / "timestamp.json").write_bytes(b" " * 20_000)


def half_copied(desk: BundleDesk) -> None:
    newest_city(desk).unlink()


def half_copied_names(desk: BundleDesk) -> None:
    desk.newest("targets").unlink()


def cut_layer(desk: BundleDesk) -> None:
    path = newest_city(desk)
    path.write_bytes(path.read_bytes()[:-3])


def empty_stick(desk: BundleDesk) -> None:
    shutil.rmtree(desk.stick)
    desk.stick.mkdir()


def expired(desk: BundleDesk) -> None:
    desk.repository.refresh(days=-1)
    desk.copy()


def of_another_city(desk: BundleDesk) -> None:
    """Another repository, whole and sound, by keys that nobody here pinned."""
    other = BundleDesk(desk.folder / "other")
    for _ in range(9):
        other.publish(city=CITY)
    shutil.rmtree(desk.stick)
    shutil.copytree(other.served, desk.stick)


def by_a_revoked_key(desk: BundleDesk) -> None:
    """Who has the old key of the layers signs on; the root says already that it is over."""
    shutil.copytree(desk.repository.keys, desk.folder / "stolen")
    desk.repository.replace_key("targets")
    good(desk.fetch())
    stolen = (desk.folder / "stolen" / "targets.pem").read_bytes()
    (desk.repository.keys / "targets.pem").write_bytes(stolen)
    desk.publish(city=b'[terminal]\nphone = "0"\n')
    desk.copy()


WRONG = {
    tampered_layer: Failure.SETTINGS_DAMAGED,
    cut_layer: Failure.SETTINGS_DAMAGED,
    tampered_targets: Failure.SETTINGS_UNSIGNED,
    tampered_snapshot: Failure.SETTINGS_DAMAGED,  # its digest stands in the timestamp
    tampered_timestamp: Failure.SETTINGS_UNSIGNED,
    garbled_timestamp: Failure.SETTINGS_DAMAGED,
    endless_timestamp: Failure.SETTINGS_DAMAGED,
    half_copied: Failure.SETTINGS_INCOMPLETE,
    half_copied_names: Failure.SETTINGS_INCOMPLETE,
    empty_stick: Failure.SETTINGS_ABSENT,
    expired: Failure.SETTINGS_EXPIRED,
    of_another_city: Failure.SETTINGS_UNSIGNED,
    by_a_revoked_key: Failure.SETTINGS_UNSIGNED,
}


@pytest.mark.parametrize("spoil", WRONG, ids=lambda one: one.__name__)
def test_a_bad_stick_is_refused_and_a_good_one_taken_after_it(spoil, desk: BundleDesk) -> None:
    before = good(desk.fetch())
    desk.publish(city=NEWER)
    desk.copy()
    spoil(desk)
    assert desk.fetch(desk.stick) is WRONG[spoil]
    if spoil is by_a_revoked_key:
        desk.repository.replace_key("targets")
    desk.publish(city=CITY)
    after = good(desk.fetch())
    assert after.id == before.id
    assert after.version > before.version


def test_who_pins_another_root_takes_the_other_city(desk: BundleDesk) -> None:
    """The control: the pinned root alone keeps a whole and sound stranger out."""
    desk.copy()
    of_another_city(desk)
    shutil.copy(desk.folder / "other" / "root.json", desk.root)
    assert good(desk.fetch(desk.stick)).layers == (("city.toml", CITY),)


def test_an_older_state_is_not_taken_back(desk: BundleDesk) -> None:
    old = shutil.copytree(desk.served, desk.folder / "old")
    good(desk.fetch())
    desk.publish(city=POINT)
    newest = good(desk.fetch())
    assert desk.fetch(old) is Failure.SETTINGS_OLDER
    assert good(desk.fetch()) == newest


def test_parts_of_two_states_are_not_mixed(desk: BundleDesk) -> None:
    good(desk.fetch())
    desk.publish(city=POINT)
    first = shutil.copytree(desk.served, desk.folder / "first")
    desk.publish(city=b"[visit]\n")
    desk.copy()
    number = desk.repository.version("snapshot")
    shutil.copy(first / f"{number - 1}.snapshot.json", desk.stick / f"{number}.snapshot.json")
    assert desk.fetch(desk.stick) is Failure.SETTINGS_DAMAGED


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_a_replaced_key_is_followed(role: str, desk: BundleDesk) -> None:
    good(desk.fetch())
    for _ in range(2):  # a terminal that slept through one follows both
        assert desk.repository.replace_key(role) is None
        desk.publish(city=POINT)
    assert good(desk.fetch()).layers[0] == ("city.toml", POINT)


def test_a_new_terminal_follows_from_the_first_root(desk: BundleDesk) -> None:
    desk.repository.replace_key("root")
    desk.repository.replace_key("root")
    found = BundleSource(desk.folder / "new", desk.root, ("city.toml",))
    assert good(found.fetch(FolderFetcher(desk.copy()))).layers == (("city.toml", CITY),)


def test_trust_is_kept_apart_from_what_packages_bring(desk: BundleDesk) -> None:
    """A package that brings an older root again takes nothing back."""
    desk.repository.replace_key("targets")
    good(desk.fetch())
    assert (desk.trusted / "root_history" / "2.root.json").is_file()
    stick = desk.copy()
    (stick / "2.root.json").unlink()  # an attacker hides that the key was revoked
    assert isinstance(desk.fetch(stick), Bundle)


@pytest.mark.parametrize("content", [None, b"", b"\0" * 100, b"{}"])
def test_a_pinned_root_that_is_none(content: bytes | None, desk: BundleDesk) -> None:
    desk.root.unlink()
    if content is not None:
        desk.root.write_bytes(content)
    assert desk.fetch() is Failure.SETTINGS_NO_ROOT


def test_a_full_disk_is_named(desk: BundleDesk) -> None:
    desk.trusted.write_text("a file where a folder should be")
    assert desk.fetch() is Failure.SETTINGS_DISK


def test_nothing_outside_the_stick_is_read(desk: BundleDesk) -> None:
    secret = desk.folder / "secret"
    secret.write_bytes(b"secret")
    desk.copy()
    (desk.stick / "timestamp.json").unlink()
    (desk.stick / "timestamp.json").symlink_to(secret)
    assert desk.fetch(desk.stick) is Failure.SETTINGS_ABSENT


# over the network


class Served:
    """The central service, as far as it serves files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.answers: dict[str, CentralAnswer] = {}
        self.asked: list[str] = []

    def call(self, method, path, body=b"", headers=None) -> CentralAnswer:
        self.asked.append(path)
        name = path.removeprefix("/v1/configuration/")
        if name in self.answers:
            return self.answers[name]
        file = self.folder / name
        if not file.is_file():
            return CentralAnswer(status=404, media_type="application/problem+json")
        return CentralAnswer(
            status=200, media_type="application/octet-stream", body=file.read_bytes()
        )


def test_over_the_network(desk: BundleDesk) -> None:
    served = Served(desk.served)
    found = good(desk.source().fetch(NetworkFetcher(served)))
    assert found.layers == (("city.toml", CITY), ("point/BZ-DEMO.toml", POINT))
    served.asked.clear()
    assert good(desk.source().fetch(NetworkFetcher(served))) == found
    assert served.asked == ["/v1/configuration/2.root.json", "/v1/configuration/timestamp.json"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (CentralAnswer(trouble=Trouble.UNREACHABLE), Failure.SETTINGS_UNREACHABLE),
        (CentralAnswer(status=503), Failure.SETTINGS_UNREACHABLE),
        (CentralAnswer(status=401), Failure.SETTINGS_UNREACHABLE),
        (CentralAnswer(status=404), Failure.SETTINGS_ABSENT),
        (
            CentralAnswer(status=200, media_type="text/html", body=b"<html>log in</html>"),
            Failure.SETTINGS_DAMAGED,
        ),
        (
            CentralAnswer(status=200, body=b""),
            Failure.SETTINGS_DAMAGED,
        ),  # what the client makes of a body too long
    ],
)
def test_what_stands_in_the_way(answer: CentralAnswer, trouble: Failure, desk: BundleDesk) -> None:
    good(desk.fetch())
    served = Served(desk.served)
    served.answers["timestamp.json"] = answer
    assert desk.source().fetch(NetworkFetcher(served)) is trouble
    served.answers.clear()
    good(desk.source().fetch(NetworkFetcher(served)))


def test_a_frozen_state_ends(desk: BundleDesk) -> None:
    """Somebody who replays the newest state for ever is found out when its timestamp is over."""
    desk.offset[0] = timedelta(days=-101)
    desk.publish(city=POINT)
    assert desk.fetch() is Failure.SETTINGS_EXPIRED
    desk.offset[0] = timedelta()
    desk.repository.refresh()
    good(desk.fetch())


# any byte anywhere


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_was_changed_only_what_was_signed_is_taken(
    desk: BundleDesk, data: st.DataObject
) -> None:
    """On a stick that somebody wrote on, a fetch ends in a trouble, or in the very bytes."""
    wanted = (("city.toml", CITY), ("point/BZ-DEMO.toml", POINT))
    stick = desk.copy()
    files = sorted(path for path in stick.rglob("*") if path.is_file())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(files))
        content = bytearray(path.read_bytes() if path.exists() else b"")
        at = data.draw(st.integers(0, len(content)))
        match data.draw(st.sampled_from(("set", "cut", "insert", "gone"))):
            case "set":
                content[at : at + 1] = data.draw(st.binary(min_size=1, max_size=1))
            case "cut":
                del content[at:]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=30))
            case "gone":
                path.unlink(missing_ok=True)
                continue
        path.write_bytes(content)
    found = desk.fetch(stick)
    assert isinstance(found, Failure) or found.layers == wanted
