"""The commands `check-config` and `replay`, which need nothing but the kiosk's own rules."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.application.forms.form_library import read_form_library
from kiosk.civil_time import civil_now
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.machine_checks import lacking
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.schema import ConfigError
from kiosk.journal.replay import NotANoteError, as_noted, replay, runs_of
from kiosk.operator_texts import text_of
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.pick_lists.employers import read_employers
from kiosk.visit.reference_data import read_handbook
from kiosk.visit.render import draw_page
from kiosk.visit.steps.catalogue import build_table

DEFAULTS = "kiosk.toml"
SIGNS = "signs"  # below assets/


def check_config(files: list[Path], config: Path, assets: Path) -> int:
    """Print whether the settings are right, or every problem; return 0 or 1.

    `files` are layers of settings. `config` is the folder config/ of the program; a folder of a
    file that is a whole config/ takes its place. `assets` has the fonts, with which every form is
    made once.
    """
    own = next((file.parent for file in files if (file.parent / "services").is_dir()), config)
    layers = layers_of(own / DEFAULTS, files)
    try:
        settings = read_layers(layers)
        lacks = tuple(lacking(settings, files))
        book = read_handbook(own, settings)
        read_divisions(book.elsewhere.path)
        if book.employers.path is not None:
            read_employers(book.employers.path)
        wrong = (
            *read_form_library(own, assets, book.catalogue).problems(),
            *book.signs.problems(assets / SIGNS),
        )
    except ConfigError as error:
        print(error)
        return 1
    if wrong:
        print("\n".join(problem.words() for problem in wrong))
        return 1
    if lacks:
        print("\n".join(lacks))
        return 1
    point = book.point
    for old in old_names_in(layers.paths):
        print(old.words())
    if not point.is_listed:
        print(text_of("cli.point_unlisted", code=point.code))
    print(text_of("cli.settings_right"))
    return 0


def show_replay(file: Path, settings: list[Path], config: Path) -> int:
    """Print stage, title and sentence after each event of recorded visits; return the exit code.

    1 means that the file or the settings cannot be used. `config` is the folder config/.
    """
    at = 1
    try:
        book = read_handbook(config, read_layers(layers_of(config / DEFAULTS, settings)))
        for run in runs_of(file.read_text("utf-8").splitlines()):
            at = run.first
            here = as_noted(book, run.terminal)
            table = build_table(here)
            for visit in replay(run.lines, table, civil_now()):
                page = draw_page(visit, table)
                print(f"{visit.stage.value:14} {page.title}　{page.sentence}")
                at += 1
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    except NotANoteError as error:
        at = error.line
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        pass  # a line that looks like a note and fits nothing
    else:
        return 0
    print(text_of("cli.no_journal", file=file, line=at), file=sys.stderr)
    return 1
