"""The power goes at every step of the first start: the next start goes on, with the same card."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from central.fleet.enrolment_cards import PlannedTerminal
from kiosk.crypto.terminal_key import fingerprint
from kiosk.ports import Central, CentralAnswer
from tests.end_to_end.first_start.new_terminal import (
    POINT,
    ControlRoomSite,
    NewTerminal,
    control_room,
)
from wiring.delivery_service import central_of, identity_of

MOST_STEPS = 60


class PowerCutError(BaseException):
    """The power went; nothing after this instant is done, not even a clean-up."""


@dataclass
class PowerSupply:
    """Ends after `left` steps: a step is a file that takes its place, or a call of the service."""

    left: int
    steps: int = 0
    names: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        self.steps += 1
        self.names.append(name)
        if self.steps > self.left:
            raise PowerCutError


@dataclass
class FailingLine:
    """The line to the service; the power goes before a call, or before its answer is heard."""

    line: Central
    power: PowerSupply

    def call(self, method: str, path: str, *more: Any) -> CentralAnswer:
        self.power.step(f"before {method}")
        answer = self.line.call(method, path, *more)
        self.power.step(f"after {method}")
        return answer


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ControlRoomSite]:
    with control_room(tmp_path / "room") as site:
        yield site


def cut_files(folder: Path, power: PowerSupply) -> Callable[..., None]:
    """Return os.replace, which counts before and after each file of the terminal."""
    whole = os.replace

    def replace(source: Any, target: Any, **more: Any) -> None:
        own = Path(target).is_relative_to(folder)
        if own:
            power.step(f"before {Path(target).name}")
        whole(source, target, **more)
        if own:
            power.step(f"after {Path(target).name}")

    return replace


def test_the_power_goes_at_every_step(
    room: ControlRoomSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    for left in range(MOST_STEPS):
        name = f"BZ-CUT-{left}"
        power = PowerSupply(left)
        terminal = NewTerminal(tmp_path / name, room.url, room.confirm)
        card = room.print_card(PlannedTerminal(name, POINT))
        terminal.cards = list(card)
        line = FailingLine(central_of(terminal.settings(), None), power)
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", cut_files(terminal.folder, power))
            try:
                assert terminal.run(central=line)
                names = power.names
            except PowerCutError:
                pass
        held = terminal.cards or list(card)  # who stands there holds the card out again, if asked
        terminal.cards = held
        assert terminal.run(), (left, power.names)
        settings = terminal.settings()
        assert settings.terminal.code == name
        (admitted,) = [
            key
            for one, keys in room.central.office.store.terminals.public_keys().items()
            if one == name
            for key in keys
        ]
        assert fingerprint(identity_of(settings).key.public) == fingerprint(admitted)
        if names:
            break
    assert {"before POST", "after POST", "before identity", "after identity.pending"} <= set(names)
    assert len(names) >= 14
