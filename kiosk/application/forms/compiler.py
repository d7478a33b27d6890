"""Templates and data compiled into PDF/A-3a and pictures by typst; everything stays in memory.

typst is a compiled library that runs in this process, reads no clock and no network, and gives the
same bytes for the same input. It is optional at run time: without it every form is a failure value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from kiosk.application.forms.check_code import grouped_code, typed_code
from kiosk.application.forms.content import FormContent, FormData
from kiosk.application.forms.drawing import ink_drawing, qr_drawing
from kiosk.application.forms.legibility import legible_data
from kiosk.application.forms.template import FormTemplate, FormTemplates
from kiosk.application.ink import Ink
from kiosk.config.schema import Problem
from kiosk.font_coverage import Coverage
from kiosk.operator_texts import text_of

STANDARDS = ("a-3a", "ua-1")  # ISO 19005-3 with tags, ISO 14289-1
PANEL = "panel"  # the template for the kiosk's screen
ATTACHED = "application.json"
PLACE = re.compile(r"__typst_py_bytes__\.typ:(\d+)")
MM_PER_INCH = 25.4
CACHED_DOCUMENTS = 10  # typst-py evicts with comemo::evict(10) after each compilation


class FormRefusal(StrEnum):
    """Why a form was not made."""

    ENGINE_MISSING = "engine_missing"  # typst is not installed
    TEMPLATE_WRONG = "template_wrong"


@dataclass(frozen=True)
class FormFailure:
    """A form that could not be made; `problem` names the file and the line of the template."""

    refusal: FormRefusal
    problem: Problem


@dataclass(frozen=True)
class FormSigning:
    """What belongs to one signed form besides its data.

    - `ink`: strokes of who files; `second_ink`: of the proxy, on a power of attorney.
    - `check_url`: where the form can be checked, "" for a form without a code.
    - `attached`: the application's canonical JSON, empty for nothing attached.
    """

    ink: Ink = field(default=(), repr=False)
    second_ink: Ink = field(default=(), repr=False)
    check_url: str = ""
    attached: bytes = field(default=b"", repr=False)


UNSIGNED = FormSigning()


@dataclass(frozen=True)
class PanelSheet:
    """A page on the kiosk's screen, in millimetres; `dark` has light type on black."""

    width_mm: float
    height_mm: float
    pixels_per_mm: float
    dark: bool = False


SAMPLE_SHEET = PanelSheet(240.0, 200.0, 1.0)


class FormCompiler:
    """The compiler with the fonts of `fonts`; made once, since it reads 14 MB of fonts."""

    def __init__(self, templates: FormTemplates, fonts: Path, coverage: Coverage) -> None:
        self._templates = templates
        self._fonts = fonts
        self._coverage = coverage

    def make_pdf(
        self, content: FormContent, signing: FormSigning = UNSIGNED
    ) -> bytes | FormFailure:
        """Return the form as PDF/A-3a and PDF/UA-1; the same bytes for the same arguments."""
        made = self._compile(content, signing, format="pdf", pdf_standards=list(STANDARDS))
        return made if isinstance(made, FormFailure) else made[0]

    def draw_pages(
        self, content: FormContent, signing: FormSigning = UNSIGNED, pixels_per_mm: float = 8.0
    ) -> tuple[bytes, ...] | FormFailure:
        """Return each page as PNG; `pixels_per_mm` is the resolution."""
        return self._compile(content, signing, format="png", ppi=pixels_per_mm * MM_PER_INCH)

    def draw_for_panel(
        self, content: FormContent, sheet: PanelSheet
    ) -> tuple[bytes, ...] | FormFailure:
        """Return the form's pages as PNG in the kiosk's large type."""
        panel = {"width": sheet.width_mm, "height": sheet.height_mm, "dark": sheet.dark}
        template = self._templates.by_name[PANEL]
        inputs = self._inputs(content, template, UNSIGNED, {"panel": panel})
        return self._run(template, inputs, format="png", ppi=sheet.pixels_per_mm * MM_PER_INCH)

    def check(self, contents: Iterable[FormContent]) -> Iterator[Problem]:
        """Yield what is wrong with the templates of these contents; each is compiled once."""
        for content in contents:
            made = self.make_pdf(content)
            if isinstance(made, FormFailure):
                yield made.problem
            shown = self.draw_for_panel(content, SAMPLE_SHEET) if content.kind == "merged" else ()
            if isinstance(shown, FormFailure):
                yield shown.problem

    def _compile(
        self, content: FormContent, signing: FormSigning, **options: Any
    ) -> tuple[bytes, ...] | FormFailure:
        template = self._templates.of(content)
        return self._run(template, self._inputs(content, template, signing, {}), **options)

    def _run(
        self, template: FormTemplate, inputs: dict[str, str], **options: Any
    ) -> tuple[bytes, ...] | FormFailure:
        engine = form_engine()
        if engine is None:
            problem = Problem(template.file, 0, "typst", text_of("forms.no_engine"))
            return FormFailure(FormRefusal.ENGINE_MISSING, problem)
        compiler = engine.Compiler(
            template.source,
            root=str(self._fonts),  # a template may read nothing but the fonts
            font_paths=_fonts_of(self._fonts),
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )
        try:
            made = compiler.compile(timestamp=0, **options)
        except engine.TypstError as error:
            return FormFailure(FormRefusal.TEMPLATE_WRONG, _problem(template, error))
        finally:
            _empty_cache(engine, self._fonts)
        return tuple(made) if isinstance(made, list) else (made,)

    def _inputs(
        self, content: FormContent, template: FormTemplate, signing: FormSigning, more: FormData
    ) -> dict[str, str]:
        data = {
            **more,
            "form": legible_data(content.data, self._coverage),
            "template": template.digest,
            "digest": content.digest,
            "ink": ink_drawing(signing.ink),
            "second_ink": ink_drawing(signing.second_ink),
            "qr": qr_drawing(signing.check_url) if signing.check_url else "",
            "code": _printed_code(signing.check_url),
            "attachment": ATTACHED if signing.attached else "",
        }
        return {
            "data": json.dumps(data, ensure_ascii=False, sort_keys=True),
            "attachment": signing.attached.decode("utf-8"),
        }


def _printed_code(check_url: str) -> str:
    """Return the check code at the end of an address, "" for an address without one."""
    code = typed_code(check_url.rpartition("/")[2])
    return grouped_code(code) if code else ""


@cache
def form_engine() -> ModuleType | None:
    """Return the module typst, or None where it is not installed."""
    try:
        import typst  # noqa: PLC0415 - 81 MB, which only forms need
    except ImportError:
        return None
    engine: ModuleType = typst
    return engine


@cache
def _fonts_of(folder: Path) -> Any:
    engine = form_engine()
    assert engine is not None
    return engine.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )


def _empty_cache(engine: ModuleType, fonts: Path) -> None:
    """Make typst drop what it keeps of the last document: texts of a person would stay there.

    Its cache drops what the last `CACHED_DOCUMENTS` compilations did not use.
    """
    options = {"font_paths": _fonts_of(fonts), "ignore_system_fonts": True, "root": str(fonts)}
    for _ in range(CACHED_DOCUMENTS):
        engine.Compiler(b"", **options).compile(format="pdf", timestamp=0)


def _problem(template: FormTemplate, error: Any) -> Problem:
    """Return typst's diagnosis with the file and line of the template."""
    found = PLACE.search(error.diagnostic)
    file, line = template.place_of(int(found[1])) if found else (template.file, 0)
    words = text_of("forms.template", message=error.message)
    return Problem(file, line, template.name, words)
