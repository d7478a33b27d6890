"""The one parser of the command line, built with argparse from declarations and texts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from kiosk.cli.columns import ColumnFormatter
from kiosk.cli.declaration import REPEATED, Argument, Command, ShippedFile
from kiosk.cli.texts import CommandTexts
from kiosk.cli.values import Value

USAGE_ERROR = 2
CHOSEN = "chosen_parser"  # attribute of the parsed options: the parser of the chosen command


@dataclass(frozen=True)
class Program:
    """The program that the help describes.

    root: the folder that holds config/ and assets/. missing: the commands, such as "devices
    read-id", that are declared but not part of this installation.
    """

    name: str
    version: str
    root: Path
    missing: frozenset[str] = frozenset()


class CommandParser(argparse.ArgumentParser):
    """A parser of one command or group that answers wrong usage with a sentence and exit code 2.

    It gets its arguments and commands only when it is chosen (`complete`), since those of all
    commands would take longer than most commands do. `words` are the command's, such as "devices
    read-id"; `options` are further ones of argparse.ArgumentParser.
    """

    def __init__(
        self, *, command: Command, words: str, texts: CommandTexts, program: Program, **options: Any
    ) -> None:
        super().__init__(
            add_help=False, allow_abbrev=False, formatter_class=ColumnFormatter, **options
        )
        self.command = command
        self.words = words
        self.texts = texts
        self.program = program
        self.known_options: list[str] = ["--help"]
        self.declared_actions: list[argparse.Action] = []
        self.subparsers: dict[str, CommandParser] = {}
        self.chooser: argparse.Action | None = None
        self.is_complete = False

    def complete(self) -> None:
        """Add the arguments and commands of the declaration, once."""
        if self.is_complete:
            return
        self.is_complete = True
        self.add_argument("-h", "--help", action="help", help=self.texts.phrases["help"])
        self.set_defaults(**{CHOSEN: self, "command": self.command.name})
        for argument in self.command.arguments:
            _add_argument(self, argument, self.texts.of_argument(self.words, argument.name))
        if self.command.commands:
            _add_commands(self)

    def error(self, message: str) -> NoReturn:
        """Print usage, what is wrong and where help is; leave with exit code 2."""
        self.print_usage(sys.stderr)
        hint = self.texts.phrases["hint"].format(prog=self.prog)
        self.exit(USAGE_ERROR, f"{self.prog}: {message}\n{hint}\n")

    def refuse_unknown(self, unknown: Sequence[str]) -> NoReturn:
        """Leave with exit code 2 for arguments that the command does not take."""
        name = unknown[0].partition("=")[0]
        near = get_close_matches(name, self.known_options, n=1)
        message = self.texts.phrases["unknown_argument"].format(said=" ".join(unknown))
        self.error(message + self.suggest(near))

    def suggest(self, near: Sequence[str]) -> str:
        """Return the question whether the nearest known word was meant, "" for none."""
        return self.texts.phrases["suggestion"].format(said=near[0]) if near else ""


class ChooseCommand(argparse._SubParsersAction):  # type: ignore[type-arg]  # noqa: SLF001
    """The choice of a command; for an unknown word it suggests the nearest command."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Complete the parser of the command and let it parse the rest."""
        assert isinstance(parser, CommandParser)
        if (name := values[0]) not in parser.subparsers:
            refuse_command(parser, name, list(parser.subparsers))
        parser.subparsers[name].complete()
        super().__call__(parser, namespace, values, option_string)


class FormerSpelling(argparse.Action):
    """An option under an earlier name: warns on standard error and does what the present one does.

    `present` is the action of the present option; `option_strings` and `dest` as for every
    argparse.Action.
    """

    def __init__(
        self, option_strings: Sequence[str], dest: str, *, present: argparse.Action
    ) -> None:
        super().__init__(
            option_strings,
            dest,
            nargs=present.nargs,
            type=present.type,  # type: ignore[arg-type]  # ours are functions
            choices=present.choices,
            default=argparse.SUPPRESS,
            help=argparse.SUPPRESS,
        )
        self.present = present

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Warn, and set what the present spelling sets."""
        assert isinstance(parser, CommandParser)
        present = self.present.option_strings[0]
        words = parser.texts.phrases["renamed"].format(former=option_string, now=present)
        print(f"{parser.prog}: {words}", file=sys.stderr)
        self.present(parser, namespace, values, option_string)


def build_parser(
    commands: Sequence[Command], program: Program, texts: CommandTexts
) -> CommandParser:
    """Return the parser of the whole command line with these `commands`.

    argparse's own sentences are translated for the whole process from then on.
    """
    use_sentences(texts.argparse)
    parser = CommandParser(
        command=Command(program.name, commands=tuple(commands)),
        words="",
        prog=program.name,
        texts=texts,
        program=program,
        description=texts.phrases["program"],
        epilog=texts.phrases["exit_codes"],
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"{program.name} {program.version}",
        help=texts.phrases["version"],
    )
    parser.complete()
    return parser


def complete_all(parser: CommandParser) -> None:
    """Complete a parser and all below it, for a tool that makes completion or a man page of it."""
    parser.complete()
    if parser.chooser is not None:
        parser.chooser.choices = parser.subparsers
    for below in parser.subparsers.values():
        complete_all(below)


def use_sentences(sentences: Mapping[str, str]) -> None:
    """Let argparse speak the given sentences instead of its English ones.

    It asks gettext, which reads nothing but compiled catalogues; texts of this project are TOML.
    """

    def translate(sentence: str) -> str:
        return sentences.get(sentence, sentence)

    def translate_number(one: str, many: str, number: int) -> str:
        return translate(one if number == 1 else many)

    vars(argparse).update(_=translate, ngettext=translate_number)


def refuse_command(parser: CommandParser, name: str, known: Sequence[str]) -> NoReturn:
    """Leave with exit code 2 for the name of a command that `parser` does not have.

    `known` are those it has. A declared one that this installation lacks is said to be so.
    """
    words = f"{parser.prog} {name}".removeprefix(parser.program.name).strip()
    phrases = parser.texts.phrases
    if words in parser.program.missing:
        parser.error(phrases["not_installed"].format(said=words))
    near = parser.suggest(get_close_matches(name, known, n=1))
    listed = phrases["known_commands"].format(said=", ".join(known))
    parser.error(phrases["unknown_command"].format(said=name) + near + listed)


def _add_commands(parser: CommandParser) -> None:
    texts = parser.texts
    chosen = parser.add_subparsers(
        title=texts.phrases["commands"],
        metavar=texts.phrases["command"],
        action=ChooseCommand,
        parser_class=CommandParser,
        prog=parser.prog,
    )
    chosen.choices = None  # type: ignore[assignment]  # ChooseCommand refuses what is no command
    parser.chooser = chosen
    for command in parser.command.commands:
        words = f"{parser.words} {command.name}".strip()
        command_texts = texts.commands[words]
        parser.subparsers[command.name] = chosen.add_parser(
            command.name,
            help=command_texts["help"],
            command=command,
            words=words,
            texts=texts,
            program=parser.program,
            description=command_texts.get("about", command_texts["help"]),
            epilog=command_texts.get("exit_codes", texts.phrases["exit_codes"]),
        )


def _add_argument(parser: CommandParser, argument: Argument, help_text: str) -> None:
    default = argument.default
    if isinstance(default, ShippedFile):
        default = parser.program.root / default.path
    how: dict[str, Any] = {"help": help_text, "default": default}
    if argument.is_flag:
        how["action"] = "store_true"
    else:
        how |= {"type": _converter(argument.value, parser.texts), "metavar": argument.metavar}
        if argument.choices:
            how["choices"] = argument.choices
        if argument.count == REPEATED:
            how |= {"action": REPEATED, "nargs": argument.parts}
        elif argument.count is not None:
            how["nargs"] = argument.count
    if not argument.name.startswith("-"):
        how["metavar"] = argument.name
        parser.declared_actions.append(parser.add_argument(argument.field, **how))
        return
    added = parser.add_argument(
        argument.name, dest=argument.field, required=argument.required, **how
    )
    parser.declared_actions.append(added)
    parser.known_options.append(argument.name)
    if argument.former:
        parser.add_argument(
            argument.former, dest=argument.field, action=FormerSpelling, present=added
        )


def _converter(value: Value, texts: CommandTexts) -> Callable[[str], object]:
    def convert(said: str) -> object:
        try:
            return value.read(said)
        except (ValueError, OverflowError):
            words = texts.values[value.name].format(said=said, **value.bounds)
            raise argparse.ArgumentTypeError(words) from None

    return convert
