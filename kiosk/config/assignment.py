"""What an enrolment card assigned to this terminal: its code, its point and a model, nothing else.

The machine's own file names where it is kept (`terminal.assigned`). A card comes from outside, so
the file may say no address, path or limit; the model is a name in config/hardware.toml, whose
profile lies in the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.atomic_file import write_atomically
from kiosk.config.hardware_profiles import profile_file, read_hardware
from kiosk.config.schema import ConfigError, Problem, line_of, read_table
from kiosk.config.validation import CODE
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION, NAMES = "terminal", ("code", "point", "hardware")
KEEPER = "assigned"  # the setting that names the file


@dataclass(frozen=True)
class CardAssignment:
    """Code and service point of a terminal, and its model ("" for none)."""

    terminal: str
    point: str
    hardware: str = ""


def assigned_file(local: Path | None) -> Path | None:
    """Return the file of the assignment; None where the own file names none, or none came yet.

    What is wrong with the machine's own file `local` is said by whoever reads its settings.
    """
    if local is None:
        return None
    try:
        section = read_table(local).get(SECTION)
    except ConfigError:
        return None
    named = section.get(KEEPER) if isinstance(section, dict) else None
    path = Path(named) if isinstance(named, str) and named else None
    return path if path is not None and path.is_file() else None


def model_of(assigned: Path | None, config: Path) -> tuple[Path, ...]:
    """Return the file of the assigned model in the folder `config`: one, or none."""
    if assigned is None or any(wrong_in(assigned, config)):
        return ()
    name = read_assignment(assigned).hardware
    return (profile_file(config, name),) if name else ()


def read_assignment(path: Path) -> CardAssignment:
    """Return what a file says in which nothing is wrong. Raises ConfigError when it is no TOML."""
    section = read_table(path)[SECTION]
    assert isinstance(section, dict)
    return CardAssignment(*(str(section.get(name, "")) for name in NAMES))


def write_assignment(path: Path, said: CardAssignment) -> None:
    """Write the file, durably; raises OSError. What it says must have been checked."""
    values = zip(NAMES, (said.terminal, said.point, said.hardware), strict=True)
    lines = "\n".join(f'{name} = "{value}"' for name, value in values if value)
    write_atomically(path, f"[{SECTION}]\n{lines}\n".encode())


def is_sound(said: CardAssignment, config: Path) -> bool:
    """Tell whether the central service's words are codes, and the model one of the package."""
    codes = all(CODE.fullmatch(one) is not None for one in (said.terminal, said.point))
    return codes and said.hardware in ("", *read_hardware(config).profiles)


def wrong_in(path: Path, config: Path) -> Iterator[Problem]:
    """Yield a problem for whatever else the file says, and for a model that the package lacks."""
    try:
        table = read_table(path)
    except ConfigError as error:
        yield from error.problems
        return
    section = table.get(SECTION)
    entries = section if isinstance(section, dict) else {}
    foreign = [name for name in table if name != SECTION]
    foreign += [f"{SECTION}.{name}" for name in entries if name not in NAMES]
    for key in foreign:
        yield Problem(str(path), line_of(path, key), key, text_of("config.assigned_only"))
    if not foreign and not is_sound(
        CardAssignment(*(str(entries.get(name, "")) for name in NAMES)), config
    ):
        yield Problem(str(path), 0, SECTION, text_of("config.assigned_wrong"))
