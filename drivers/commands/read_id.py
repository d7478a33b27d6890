"""The command `devices read-id --url URL`: reads one identity card, prints one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers import registry
from drivers.commands import Exit
from drivers.commands.cures import cure
from drivers.commands.masking import mask
from drivers.commands.patience import time_over
from drivers.devices import sam_verdicts
from drivers.devices.chip_photo import Abi, find_decoder
from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.protocols.id_text import is_long_term
from drivers.protocols.nations import nation_name
from drivers.protocols.samv_redaction import redact
from drivers.transports.recorder import Recorder
from kiosk.config.device_urls import is_reader
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of
from kiosk.people.identity import CardKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.chip_reading import ChipReading
    from drivers.transports.transport import Transport

KINDS = {
    CardKind.RESIDENT: "resident",
    CardKind.HK_MACAO_TAIWAN: "hmt",
    CardKind.FOREIGN_2017: "foreign2017",
    CardKind.FOREIGN_2023: "foreign2023",
}


def read_id_card(options: argparse.Namespace) -> int:
    """Read one card and return the exit code (`Exit`).

    The cure of a failure is on standard error.
    """
    if problem := _unwritable(options.record):
        print(problem, file=sys.stderr)
        return Exit.USAGE
    if not is_reader(options.url):
        expected = texts_of("config.forms")["reader"]
        words = text_of("config.wrong_value", expected=expected, value=options.url)
        print(words, file=sys.stderr)
        return Exit.USAGE
    wishes = ReadOptions(
        fingerprint=options.fingerprint, decode=_decoder(options), lying_counts=True
    )
    reader = CardReader(
        open_port=lambda: _open(options),
        monotonic=time.monotonic,
        sleep=time.sleep,
        today=registry.today,
        baud=options.baud,
        wishes=wishes,
    )
    with closing(reader):
        try:
            found = reader.read_chip(time_over(options.wait, time.monotonic)) or reader.unread
        except ValueError as problem:
            print(problem, file=sys.stderr)
            return Exit.USAGE
    return report(found, show=options.show)


def report(found: ChipReading | Failure | None, *, show: bool) -> int:
    """Print the card on standard output or the cure on standard error; return the exit code."""
    if found is None:
        print(text_of("devices.no_id_card"), file=sys.stderr)
        return Exit.NO_CARD
    if isinstance(found, Failure):
        print(cure(found), file=sys.stderr)
        of_the_reader = found in sam_verdicts.OF_THE_READER
        return Exit.DEVICE_FAULT if of_the_reader else Exit.NOT_READABLE
    print(json.dumps(describe(found, show=show), ensure_ascii=False))
    return Exit.READ


def describe(found: ChipReading, *, show: bool) -> dict[str, Any]:
    """Return the items of a card by the names of the golden vectors; masked unless `show`."""
    items = {"kind": KINDS[found.text.kind], **found.text.items}
    sexes = texts_of("devices.sexes")  # GB/T 2261.1
    told: dict[str, Any] = items | {
        "sex_text": sexes.get(items["sex"], sexes["0"]),
        "long_term": is_long_term(items["valid_to"]),
        "photo_len": len(found.blocks.photo),
        "photo_sha256": sha256(found.blocks.photo).hexdigest(),
        "photo_decoded": bool(found.card.picture),
        "sam_id": found.sam_number,
        "flags": list(found.flags),
    }
    if "nation" in items:
        told["nation_text"] = nation_name(items["nation"])
    if found.new_address:
        told["new_address"] = found.new_address
    if finger := found.blocks.fingerprint:
        told |= {
            "fingerprint_len": len(finger),
            "fingerprint_sha256": sha256(finger).hexdigest(),
        }
    return told if show else mask(told)


def _open(options: argparse.Namespace) -> Transport:
    """Open the port; with --record what goes over it is recorded, without the person in it."""
    port = registry.open_reader_port(options.url, options.baud)
    if options.record is None:
        return port

    def write_line(line: str) -> None:
        with options.record.open("a", encoding="ascii") as file:
            file.write(line + "\n")

    return Recorder(port, write_line, redact, time.monotonic)


def _unwritable(record: Path | None) -> str:
    """Return why the file `record` can't be written, "" when it can; makes the file."""
    try:
        if record is not None:
            record.touch(0o600)
            record.open("a").close()
    except OSError as error:
        return text_of("devices.record_not_writable", record=record, why=error.strerror)
    return ""


def _decoder(options: argparse.Namespace) -> Callable[[bytes], bytes | None] | None:
    if options.photo_decoder is None:
        return None
    decoder = find_decoder(options.photo_decoder, options.photo_symbol, Abi(options.photo_abi))
    print(f"photo decoder SHA-256 {decoder.digest or '(missing)'}", file=sys.stderr)
    return decoder.decode
