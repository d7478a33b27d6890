"""Declarations of commands and arguments, from which parser, completion and man page are made.

They name the function that runs a command as text ("module:function") and import no room, so that
`--help` works on a machine where no library is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from kiosk.cli.values import TEXT, Value

REPEATED = "append"


@dataclass(frozen=True)
class ShippedFile:
    """A default that is a file or folder of the program, relative to its root folder."""

    path: PurePosixPath


@dataclass(frozen=True)
class Argument:
    """One option (`--url`) or positional argument (`FILE`) of a command.

    name: the option as typed, or the positional argument as the help shows it.
    field: the attribute of the parsed options.
    count: argparse's `nargs`, REPEATED for an option that may be given several times, None for one.
    parts: how many words each value of a repeated option has, None for one.
    former: an earlier spelling of the option, still taken with a warning.
    """

    name: str
    field: str
    value: Value = TEXT
    is_flag: bool = False
    required: bool = False
    default: object = None
    count: str | int | None = None
    choices: tuple[object, ...] = ()
    metavar: str | tuple[str, ...] | None = None
    parts: int | None = None
    former: str = ""


@dataclass(frozen=True)
class Command:
    """A command, or a group of commands when it has no handler.

    handler: "module:function"; the function takes the parsed options and returns the exit code.
    owns_temporary: all its temporary files, also those of child processes, lie in one folder that
    is removed at the end, also when the command is killed.
    """

    name: str
    handler: str = ""
    arguments: tuple[Argument, ...] = ()
    commands: tuple[Command, ...] = ()
    owns_temporary: bool = False

    @property
    def module(self) -> str:
        """Return the module of the handler."""
        return self.handler.partition(":")[0]


def option(
    name: str,
    value: Value = TEXT,
    *,
    default: object = None,
    required: bool = False,
    repeated: bool = False,
    metavar: str | tuple[str, ...] | None = None,
    field: str = "",
) -> Argument:
    """Declare the option `name` with a value.

    `field` is the attribute of the parsed options, by default made of the name; `metavar` stands
    for the value in the help. A `repeated` option gives a list, empty by default; one that is
    `required` has no `default`.
    """
    return Argument(
        name,
        field or _field_of(name),
        value,
        required=required,
        default=[] if repeated else default,
        count=REPEATED if repeated else None,
        metavar=metavar,
    )


def choice(
    name: str,
    *choices: object,
    default: object = None,
    required: bool = False,
    repeated: bool = False,
    value: Value = TEXT,
    former: str = "",
) -> Argument:
    """Declare an option whose value is one of `choices`.

    `name`, `default`, `required` and `repeated` as for `option`; `former` is an earlier spelling.
    """
    plain = option(name, value, default=default, required=required, repeated=repeated)
    return replace(plain, choices=choices, former=former)


def flag(name: str, *, former: str = "") -> Argument:
    """Declare an option without a value; False by default."""
    return Argument(name, _field_of(name), is_flag=True, default=False, former=former)


def several(name: str, value: Value, *, required: bool = False, metavar: str = "FILE") -> Argument:
    """Declare the option `name` that is followed by any number of values, shown as `metavar`.

    At least one has to follow when the option is `required`.
    """
    count = "+" if required else "*"
    default: object = None if required else []
    return Argument(
        name,
        _field_of(name),
        value,
        required=required,
        default=default,
        count=count,
        metavar=metavar,
    )


def positional(
    name: str,
    value: Value = TEXT,
    *,
    field: str = "",
    count: str | None = None,
    choices: tuple[object, ...] = (),
) -> Argument:
    """Declare an argument without an option, which the help shows as `name`.

    `field` as for `option`. `count` "*" and "+" give a list. Of `choices` it must be one.
    """
    default: object = [] if count == "*" else None
    return Argument(
        name,
        field or name.lower().replace("-", "_"),
        value,
        default=default,
        count=count,
        choices=choices,
    )


def flatten(commands: tuple[Command, ...], before: str = "") -> Mapping[str, Command]:
    """Return every command and group by its words, such as "devices read-id"."""
    found: dict[str, Command] = {}
    for command in commands:
        words = f"{before} {command.name}".strip()
        found[words] = command
        found |= flatten(command.commands, words)
    return found


def _field_of(name: str) -> str:
    return name.removeprefix("--").replace("-", "_")
