"""Signed settings, fetched over the network or from a folder and verified by python-tuf.

Trust begins at the pinned root and grows in `folder`, which belongs to the terminal: no package and
no stick writes there. What was verified once is never taken back for something older.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tuf.api import exceptions as tuf
from tuf.api.metadata import Metadata, Targets
from tuf.ngclient import FetcherInterface, Updater

from kiosk.config.bundle import Bundle
from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.units import MIB

if TYPE_CHECKING:
    from kiosk.ports import Central

PATH = "/v1/configuration/"
TARGETS = "targets/"
STAMP = "timestamp.json"
LONGEST = MIB


class _UnsoundMetadataError(tuf.DownloadError):
    """Raised for metadata beyond the limits of our decoder, because python-tuf's own has none."""


_TROUBLES: tuple[tuple[type[Exception], Failure], ...] = (
    (tuf.ExpiredMetadataError, Failure.SETTINGS_EXPIRED),
    (tuf.BadVersionNumberError, Failure.SETTINGS_OLDER),
    (tuf.UnsignedMetadataError, Failure.SETTINGS_UNSIGNED),
    (tuf.RepositoryError, Failure.SETTINGS_DAMAGED),
    (tuf.DownloadLengthMismatchError, Failure.SETTINGS_DAMAGED),
    (_UnsoundMetadataError, Failure.SETTINGS_DAMAGED),
    (tuf.DownloadHTTPError, Failure.SETTINGS_INCOMPLETE),
)


class NetworkFetcher(FetcherInterface):
    """Fetches files from the central service; its client limits time and length."""

    far = Failure.SETTINGS_UNREACHABLE

    def __init__(self, central: Central) -> None:
        self._central = central

    def _fetch(self, url: str) -> Iterator[bytes]:
        answer = self._central.call("GET", url)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise tuf.DownloadHTTPError(url, answer.status)
        if answer.status != HTTPStatus.OK:  # also one that says nothing of the file
            raise tuf.DownloadError(url)
        return iter((_sound(url, answer.body),))


class FolderFetcher(FetcherInterface):
    """Fetches files from a folder, such as one on a stick, and nothing outside of it."""

    far = Failure.SETTINGS_UNREADABLE

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = (self._folder / unquote(url.removeprefix(PATH))).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise tuf.DownloadHTTPError(url, HTTPStatus.NOT_FOUND)
        with path.open("rb") as file:
            return iter((_sound(url, file.read(LONGEST)),))


def _sound(url: str, body: bytes) -> bytes:
    if url.endswith(".json") and decode_object(body) is None:
        raise _UnsoundMetadataError(url)
    return body


def carried_by(folder: Path) -> FolderFetcher | Failure:
    """Return the fetcher of a stick.

    `folder` is the copied repository, or holds it one level deeper. SETTINGS_UNREADABLE: it is no
    folder, or can't be read.
    """
    try:
        if not folder.is_dir():
            return Failure.SETTINGS_UNREADABLE
        inside = sorted(path.parent for path in folder.glob(f"*/{STAMP}"))
        lies_deeper = not (folder / STAMP).is_file() and inside
    except OSError:
        return Failure.SETTINGS_UNREADABLE
    return FolderFetcher(inside[0] if lies_deeper else folder)


@dataclass(frozen=True)
class BundleSource:
    """A source of signed settings.

    `folder` keeps what is trusted, `root` is the pinned file, `names` the layers to ask for.
    """

    folder: Path
    root: Path
    names: Sequence[str]

    def fetch(self, fetcher: NetworkFetcher | FolderFetcher) -> Bundle | Failure:
        """Return verified layers, or the failure; raises nothing."""
        try:
            root = self.root.read_bytes()
        except OSError:
            return Failure.SETTINGS_NO_ROOT
        try:
            updater = self._updater(root, fetcher)
        except tuf.RepositoryError:
            return Failure.SETTINGS_NO_ROOT
        except OSError:
            return Failure.SETTINGS_DISK
        try:
            return self._verified(updater)
        except (tuf.RepositoryError, tuf.DownloadError) as error:
            return _trouble(error, fetcher.far)
        except OSError:
            return Failure.SETTINGS_DISK

    def _updater(self, root: bytes, fetcher: FetcherInterface) -> Updater:
        targets = self.folder / "targets"
        targets.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Updater(
            str(self.folder), PATH, str(targets), PATH + TARGETS, fetcher, bootstrap=root
        )

    def _verified(self, updater: Updater) -> Bundle:
        updater.refresh()
        layers = []
        for name in self.names:
            wanted = updater.get_targetinfo(name)
            if wanted is not None:
                known = updater.find_cached_target(wanted)
                layers.append((name, Path(known or updater.download_target(wanted)).read_bytes()))
        return Bundle(self._version(), tuple(layers))

    def _version(self) -> int:
        """Return the version of the targets that were just verified, as the updater kept them."""
        path = self.folder / "targets.json"
        return Metadata[Targets].from_file(str(path)).signed.version


def _trouble(error: Exception, far: Failure) -> Failure:
    # The timestamp is the first file that must exist: without it there is no repository.
    if isinstance(error, tuf.DownloadHTTPError) and str(error).endswith(STAMP):
        return Failure.SETTINGS_ABSENT
    return next((said for kind, said in _TROUBLES if isinstance(error, kind)), far)
