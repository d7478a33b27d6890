"""Which file says what a terminal is? Defaults <- model <- site <- local, the later one wins.

The site's layers come signed from the central service. Whom the terminal trusts, who it is and
which programs it runs is only ever said on the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, Table, line_of, read_table
from kiosk.config.settings import Settings, read_settings


class Layer(StrEnum):
    """The four kinds of files, the weakest first."""

    DEFAULTS = "defaults"  # config/kiosk.toml, comes with the program
    MODEL = "model"  # config/profiles: what all terminals of a kind have in common
    SITE = "site"  # of the city, the district, the service point: a signed bundle
    LOCAL = "local"  # this one machine; written by the technician


LAYER_WORDS: Mapping[Layer, str] = {
    Layer.DEFAULTS: "出厂",
    Layer.MODEL: "机型",
    Layer.SITE: "站点",
    Layer.LOCAL: "本机",
}
LOCAL_ONLY = (
    "profile",
    "banner",
    "terminal.code",
    "terminal.point",
    "device_key",
    "store",
    "configuration",
    "chip_photo",
    "central.keys",
    "central.identity",
    "central.authority",
)
"""Keys and sections that no site layer may name."""
LOCAL_ONLY_WORDS = "这一项只能写在本机的设置文件里，不能由中心下发，请从下发的设置里删去"


FOUND = "devices.toml"
"""Where devices hang, as a technician had it written at the screen; of an older program a file
beside the database."""
FOUND_KEYS = (
    "id_card_reader.url",
    "ss_card_reader.url",
    "code_scanner.url",
    "camera.url",
    "paper_camera.url",
)
FOUND_WORDS = "这个文件只写找到的设备地址，别的请写在本机的设置文件里"


@dataclass(frozen=True)
class Layers:
    """The files of one terminal. Without `local` there is none of its own.

    `found` is a part of it that the program itself may write, and which says nothing but addresses.
    """

    defaults: Path
    model: tuple[Path, ...] = ()
    site: tuple[Path, ...] = ()
    local: Path | None = None
    found: Path | None = None

    def __iter__(self) -> Iterator[tuple[Layer, Path]]:
        yield Layer.DEFAULTS, self.defaults
        yield from ((Layer.MODEL, path) for path in self.model)
        yield from ((Layer.SITE, path) for path in self.site)
        if self.local is not None:
            yield Layer.LOCAL, self.local
        if self.found is not None:
            yield Layer.LOCAL, self.found

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return every file, the weakest first."""
        return tuple(path for _, path in self)

    def with_site(self, site: Iterable[Path]) -> Layers:
        """Return these layers with others from the central service."""
        return replace(self, site=tuple(site))

    def with_found(self, found: tuple[Path, ...]) -> Layers:
        """Return these layers with addresses that were found at this machine: one file, or none."""
        return replace(self, found=found[0] if found else None)


def found_file(settings: Settings) -> Path:
    """Return where an older program wrote the addresses that were found."""
    return Path(settings.store.path).with_name(FOUND)


def layers_of(defaults: Path, files: Iterable[Path]) -> Layers:
    """Return how files on a command line are laid: the last is the machine's own."""
    given = [file for file in files if file.resolve() != defaults.resolve()]
    return Layers(defaults, tuple(given[:-1]), (), given[-1] if given else None)


def read_layers(layers: Layers) -> Settings:
    """Read the settings; raise ConfigError with every problem, also of what a site may not say."""
    forbidden = tuple(problem for path in layers.site for problem in forbidden_in(path))
    if layers.found is not None:
        forbidden += tuple(foreign_in(layers.found))
    if forbidden:
        raise ConfigError(forbidden)
    return read_settings(*layers.paths)


def forbidden_in(site: Path) -> Iterator[Problem]:
    """Yield what a layer of the site names, though only the machine itself may; ConfigError."""
    table = read_table(site)
    for key in LOCAL_ONLY:
        if _names(table, key):
            yield Problem(str(site), line_of(site, key), key, LOCAL_ONLY_WORDS)


def foreign_in(found: Path) -> Iterator[Problem]:
    """Yield what is no address of a device in the file that the program itself may write."""
    for section, said in read_table(found).items():
        for name in said if isinstance(said, dict) else ("",):
            key = f"{section}.{name}".rstrip(".")
            if key not in FOUND_KEYS:
                yield Problem(str(found), line_of(found, key), key, FOUND_WORDS)


def _names(table: Table, key: str) -> bool:
    found: object = table
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return True
