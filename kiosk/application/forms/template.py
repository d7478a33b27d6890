"""Templates of forms: config/forms/*.typ, each compiled behind the shared lines of parts.typ."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.application.forms.content import FormContent
from kiosk.config.schema import ConfigError, Problem, unreadable
from kiosk.operator_texts import text_of

SHARED = "parts"
SUFFIX = ".typ"
NEEDED = ("merged", "service", "commitment", "authority", "notice", "panel")


@dataclass(frozen=True)
class FormTemplate:
    """One template with the shared lines before it; `digest` is the SHA-256 of both.

    `shared_lines` are the lines of `source` that come from `shared_file`.
    """

    name: str
    file: str
    shared_file: str
    source: bytes = field(repr=False)
    shared_lines: int = 0

    @property
    def digest(self) -> str:
        """Return what a signature names: the digest of all lines that make the form."""
        return hashlib.sha256(self.source).hexdigest()

    def place_of(self, line: int) -> tuple[str, int]:
        """Return file and line of a line of `source`."""
        if line <= self.shared_lines:
            return self.shared_file, line
        return self.file, line - self.shared_lines


@dataclass(frozen=True)
class FormTemplates:
    """All templates by name."""

    by_name: Mapping[str, FormTemplate]

    def of(self, content: FormContent) -> FormTemplate:
        """Return the template of a form: a service's own, or else the one for every service."""
        if content.kind == "service":
            return self.by_name.get(content.template, self.by_name["service"])
        return self.by_name[content.template]


def read_templates(folder: Path) -> FormTemplates:
    """Return the templates in `folder`.

    Raises ConfigError that names a needed file that is absent or cannot be read.
    """
    shared = _source_of(folder / (SHARED + SUFFIX))
    names = {*NEEDED, *(path.stem for path in folder.glob("*" + SUFFIX))} - {SHARED}
    return FormTemplates({name: _template(folder, name, shared) for name in sorted(names)})


def _template(folder: Path, name: str, shared: bytes) -> FormTemplate:
    path = folder / (name + SUFFIX)
    return FormTemplate(
        name=name,
        file=str(path),
        shared_file=str(folder / (SHARED + SUFFIX)),
        source=shared + _source_of(path),
        shared_lines=shared.count(b"\n"),
    )


def _source_of(path: Path) -> bytes:
    """Return the bytes of a file, which end with a line's end. Raises ConfigError."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise ConfigError((unreadable(path, error),)) from None
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        problem = Problem(str(path), line, text_of("config.format"), text_of("forms.not_utf8"))
        raise ConfigError((problem,)) from None
    return source if source.endswith(b"\n") else source + b"\n"
