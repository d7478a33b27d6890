"""Layers of settings files: defaults <- model <- site <- local, the later one wins.

The site's layers come signed from the central service. What they may say is in `site_rules`:
devices, limits and whom the terminal trusts are only ever said on the machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from kiosk.config import phone_list, site_rules
from kiosk.config.assignment import assigned_file, model_of, wrong_in
from kiosk.config.bundle import EMPLOYERS
from kiosk.config.renamed_settings import read_settings_table
from kiosk.config.schema import ConfigError, Problem, Table, line_of, read_table
from kiosk.config.settings import Profile, Settings
from kiosk.config.settings_reader import build_settings, lay_over
from kiosk.operator_texts import text_of


class Layer(StrEnum):
    """The four kinds of files, the weakest first. The text `config.layers` names each."""

    DEFAULTS = "defaults"  # config/kiosk.toml, comes with the program
    MODEL = "model"  # config/profiles: what all terminals of a kind have in common
    SITE = "site"  # of the city, the district, the service point: a signed bundle
    LOCAL = "local"  # this one machine; written by the technician


FOUND = "devices.toml"
"""Name of the file of device addresses that a technician confirmed at the screen.

An older program wrote it beside the database."""
FOUND_KEYS = (
    "id_card_reader.url",
    "ss_card_reader.url",
    "code_scanner.url",
    "camera.url",
    "paper_camera.url",
)
PHONE_KEYS = tuple(key.split(".") for key in site_rules.PHONES)


@dataclass(frozen=True)
class Layers:
    """The settings files of one terminal; `local` is None where the machine has none of its own.

    `found` holds device addresses that the program itself may write, and nothing else. `phones` and
    `employers` are the signed lists that came with the site's layers. `approvers` is the file of
    whoever must have signed the telephone numbers; None means the one that the machine's own
    settings name. `assigned` is what an enrolment card said: code, point and model.
    """

    defaults: Path
    model: tuple[Path, ...] = ()
    site: tuple[Path, ...] = ()
    local: Path | None = None
    found: Path | None = None
    phones: Path | None = None
    employers: Path | None = None
    approvers: Path | None = None
    assigned: Path | None = None

    def __iter__(self) -> Iterator[tuple[Layer, Path]]:
        yield Layer.DEFAULTS, self.defaults
        yield from ((Layer.MODEL, path) for path in self.model)
        yield from ((Layer.SITE, path) for path in self.site)
        if self.local is not None:
            yield Layer.LOCAL, self.local
        if self.assigned is not None:
            yield Layer.LOCAL, self.assigned
        if self.found is not None:
            yield Layer.LOCAL, self.found

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return every file, the weakest first."""
        return tuple(path for _, path in self)

    def with_site(self, site: Iterable[Path]) -> Layers:
        """Return these layers with the site's files `site`, its signed lists among them."""
        given = tuple(site)
        phones, employers = (
            next((one for one in given if one.name.endswith(name)), None)
            for name in (phone_list.FILE, EMPLOYERS)
        )
        layers = tuple(one for one in given if one not in (phones, employers))
        return replace(self, site=layers, phones=phones, employers=employers)

    def with_found(self, found: tuple[Path, ...]) -> Layers:
        """Return these layers with the file of found addresses: one file, or none."""
        return replace(self, found=found[0] if found else None)


def found_file(settings: Settings) -> Path:
    """Return the path at which an older program wrote the addresses that were found."""
    return Path(settings.store.path).with_name(FOUND)


def layers_of(defaults: Path, files: Iterable[Path]) -> Layers:
    """Return the layers of files on a command line; the last one is the machine's own.

    Where that one names a file for what an enrolment card assigned, code, point and model are
    taken from there.
    """
    given = [file for file in files if file.resolve() != defaults.resolve()]
    local = given[-1] if given else None
    assigned = assigned_file(local)
    model = (*given[:-1], *model_of(assigned, defaults.parent))
    return Layers(defaults, model, (), local, assigned=assigned)


def read_layers(layers: Layers) -> Settings:
    """Return the settings of the layers. Raises ConfigError with every problem.

    What a site may not say is left out, since an older program may have taken it; for new settings
    `check_site` refuses it.
    """
    tables, _ = _read_tables(layers)
    return build_settings(tables)


def refused_in(layers: Layers) -> tuple[Problem, ...]:
    """Return what the site says and `read_layers` leaves out. Raises ConfigError."""
    return _read_tables(layers)[1]


def refused_now(site: Iterable[Path], settings: Settings, defaults: Path) -> tuple[Problem, ...]:
    """Return what the active `settings` leave out of the site's files.

    For callers that have the resulting settings, but not the machine's own layers.

    `defaults` is the path of config/kiosk.toml.
    """
    layers = Layers(defaults).with_site(site)
    named = settings.configuration.approvers
    phones = _approved_phones(layers.phones, Path(named) if named else None)
    own_phones = frozenset((settings.terminal.phone, settings.help.maintainer_phone))
    return _split_site(layers, own_phones | phones, settings.profile)[1]


def check_site(layers: Layers, today: date) -> Settings:
    """Return the settings of layers that are not active yet.

    `today` is the day on which the telephone list must be valid. Raises ConfigError for everything
    that a site may not say.
    """
    refused = refused_in(layers)
    refused = (*_wrong_phone_list(layers, refused, today), *refused)
    if refused:
        raise ConfigError(refused)
    return read_layers(layers)


def _wrong_phone_list(
    layers: Layers, refused: Iterable[Problem], today: date
) -> tuple[Problem, ...]:
    """Return what is wrong with the telephone list.

    A machine that names no approvers takes no number of it; that matters only where one is refused.
    """
    if layers.phones is None:
        return ()
    approvers = _approvers_of(layers, _own_tables(layers))
    if approvers is None:
        needed = any(one.key in site_rules.PHONES for one in refused)
        problem = Problem(str(layers.phones), 0, phone_list.FILE, text_of("config.no_approvers"))
        return (problem,) if needed else ()
    try:
        phone_list.read_approved_phones(layers.phones, approvers, today)
    except ConfigError as error:
        return error.problems
    return ()


def _read_tables(layers: Layers) -> tuple[tuple[tuple[Path, Table], ...], tuple[Problem, ...]]:
    """Return each file with what counts of it, weakest first, and what was refused of the site."""
    if layers.found is not None and (foreign := tuple(foreign_in(layers.found))):
        raise ConfigError(foreign)
    config = layers.defaults.parent
    if wrong := tuple(wrong_in(layers.assigned, config) if layers.assigned is not None else ()):
        raise ConfigError(wrong)
    own = _own_tables(layers)
    if not layers.site:
        return tuple(own.items()), ()
    merged: Table = {}
    for table in own.values():
        merged = lay_over(merged, table)
    own_phones = frozenset(str(_value(merged, *key)) for key in PHONE_KEYS)
    phones = own_phones | _approved_phones(layers.phones, _approvers_of(layers, own))
    kept, refused = _split_site(layers, phones, merged.get("profile"))
    return tuple((path, (own | kept)[path]) for path in layers.paths), refused


def _own_tables(layers: Layers) -> dict[Path, Table]:
    return {path: read_settings_table(path) for path in layers.with_site(()).paths}


def _split_site(
    layers: Layers, phones: Collection[str], profile: object
) -> tuple[dict[Path, Table], tuple[Problem, ...]]:
    """Return what counts of each of the site's files, and what was refused.

    `profile` is as the machine's own files say it; anything but training and demo is production.
    """
    real = profile not in (Profile.DEMO, Profile.TRAINING)
    path = layers.defaults.with_name(site_rules.FILE)
    allowed = site_rules.read_site_keys(path, is_production=real)
    kept: dict[Path, Table] = {}
    refused: tuple[Problem, ...] = ()
    for path in layers.site:
        table = read_settings_table(path)
        kept[path], problems = site_rules.split_site_table(path, table, allowed, phones)
        refused += problems
    return kept, refused


def _approvers_of(layers: Layers, own: Mapping[Path, Table]) -> Path | None:
    """Return the file of whoever must sign telephone numbers, by the strongest of the own files."""
    named = [_value(table, "configuration", "approvers") for table in reversed(list(own.values()))]
    return layers.approvers or next((Path(str(one)) for one in named if one), None)


def _approved_phones(phones: Path | None, approvers: Path | None) -> frozenset[str]:
    """Return the numbers of the list, however old; none of a list that is not approved."""
    if phones is None or approvers is None:
        return frozenset()
    try:
        return phone_list.read_approved_phones(phones, approvers)
    except ConfigError:
        return frozenset()


def _value(table: Table, section: str, name: str) -> object:
    entries = table.get(section)
    return entries.get(name) if isinstance(entries, dict) else None


def foreign_in(found: Path) -> Iterator[Problem]:
    """Yield a problem for each entry of the found file that is no device address."""
    for section, entries in read_table(found).items():
        for name in entries if isinstance(entries, dict) else ("",):
            key = f"{section}.{name}".rstrip(".")
            if key not in FOUND_KEYS:
                yield Problem(str(found), line_of(found, key), key, text_of("config.found_only"))
