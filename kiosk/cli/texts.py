"""Help and error texts of the command line, in English or Chinese by the locale."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""POSIX.1-2017, 8.2: the first of these that is set and not empty decides."""
ENGLISH, CHINESE = "en", "zh"


@dataclass(frozen=True)
class CommandTexts:
    """The texts of config/texts/commands.LANGUAGE.toml.

    phrases: sentences of the command line itself. values: what is said of a value of the wrong
    form, by the form's name. argparse: its own sentences, by the English ones. commands: texts of a
    command by its words, with "help" and perhaps "about" and "exit_codes" beside its arguments.
    arguments: texts of arguments that several commands share.
    """

    language: str
    phrases: Mapping[str, str]
    values: Mapping[str, str]
    argparse: Mapping[str, str]
    commands: Mapping[str, Mapping[str, str]]
    arguments: Mapping[str, str]

    def of_argument(self, words: str, name: str) -> str:
        """Return the help of the argument `name` of the command `words`.

        Raises KeyError when there is none, which the tests exclude.
        """
        return self.commands[words].get(name) or self.arguments[name]


def language_of(environment: Mapping[str, str]) -> str:
    """Return "zh" for a Chinese locale of messages, "en" for every other."""
    named = (environment.get(name, "") for name in LOCALE_VARIABLES)
    return CHINESE if next(filter(None, named), "").startswith(CHINESE) else ENGLISH


def read_texts(folder: Path, language: str) -> CommandTexts:
    """Return the texts of a language from config/texts.

    Raises OSError, tomllib.TOMLDecodeError or KeyError when the program is not installed whole.
    """
    tables = tomllib.loads((folder / f"commands.{language}.toml").read_text("utf-8"))
    return CommandTexts(
        language=language,
        phrases=tables["phrases"],
        values=tables["values"],
        argparse=tables["argparse"],
        commands=tables["commands"],
        arguments=tables["arguments"],
    )
