"""Reads a stranger's file in a process of its own, within limits; nothing gets onto the disk."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from central.seal.values import CODE, ID, WHOLE_FORMS, FileTrouble, FormFile, SealState
from kiosk.json_decoder import decode_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from central.seal.check_policy import CheckPolicy

MODULE = "central.seal.form_process"
HEAD, HEAD_BYTES = b"%PDF-", 1024  # Adobe's readers look for it within so many bytes
LONGEST_ANSWER = 64 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class FormReader:
    """Reads files by a process each, at most `policy.at_once` of them.

    `authority`: the certificate (PEM) that vouches for seals, b"" for none.
    """

    policy: CheckPolicy
    authority: bytes = b""
    _slots: BoundedSemaphore = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_slots", BoundedSemaphore(self.policy.at_once))

    def read(self, pdf: bytes, now: datetime) -> FormFile | FileTrouble:
        """Return what the file names of itself at the moment `now`, or why nothing is told."""
        if len(pdf) > self.policy.longest_bytes:
            return FileTrouble.TOO_LARGE
        if HEAD not in pdf[:HEAD_BYTES]:
            return FileTrouble.NOT_PDF
        with self._slot() as is_free:
            return self._read_apart(pdf, now) if is_free else FileTrouble.BUSY

    @contextmanager
    def _slot(self) -> Iterator[bool]:
        is_free = self._slots.acquire(blocking=False)
        try:
            yield is_free
        finally:
            if is_free:
                self._slots.release()

    def _read_apart(self, pdf: bytes, now: datetime) -> FormFile | FileTrouble:
        asked = {"now": now.isoformat(), "authority": self.authority.decode("ascii")}
        told = read_apart(MODULE, asked, pdf, self.policy)
        return told if isinstance(told, FileTrouble) else _answer_of(told)


def read_apart(
    module: str, asked: Mapping[str, Any], file: bytes, policy: CheckPolicy
) -> Mapping[str, Any] | FileTrouble:
    """Return what a process of its own says of a stranger's file, {} when it was ended by it.

    `module` is run with `asked` as by `run_apart`; its answer is JSON.
    """
    told = run_apart(module, asked, file, policy)
    return told if isinstance(told, FileTrouble) else decode_object(told) or {}


def run_apart(
    module: str,
    asked: Mapping[str, Any],
    file: bytes,
    policy: CheckPolicy,
    longest: int = LONGEST_ANSWER,
) -> bytes | FileTrouble:
    """Return what a process of its own answers to a stranger's file, b"" when it was ended by it.

    `module` is run with one line of JSON, `asked` and the limits of `policy`, and the file behind
    it; it begins with `central.seal.form_process.limit_process`. The answer has at most `longest`
    bytes. TOO_SLOW when it took too long.
    """
    limits = {
        "memory_bytes": policy.memory_bytes,
        "cpu_seconds": policy.cpu_seconds,
        "answer_bytes": longest,
    }
    answer = os.memfd_create("file-check")
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", module],
            input=json.dumps({**asked, **limits}).encode() + b"\n" + file,
            stdout=answer,
            stderr=subprocess.DEVNULL,  # a traceback could name a person
            env=_environment(),
            timeout=policy.seconds,
            check=False,
        )
        if done.returncode == -signal.SIGXCPU:
            return FileTrouble.TOO_SLOW
        return os.pread(answer, longest, 0) if done.returncode == 0 else b""
    except subprocess.TimeoutExpired:
        return FileTrouble.TOO_SLOW
    finally:
        os.close(answer)


def _environment() -> dict[str, str]:
    """Return the environment of the process: where this program lies, and nothing secret."""
    return {"PYTHONPATH": os.pathsep.join(one for one in sys.path if one), "PYTHONNOUSERSITE": "1"}


def _answer_of(told: Mapping[str, Any]) -> FormFile | FileTrouble:
    """Return the process's answer; a file that took it over may answer anything."""
    match told:
        case {"trouble": str(trouble)} if trouble in set(FileTrouble):
            return FileTrouble(trouble)
        case {
            "application_id": str(application_id),
            "form": str(form),
            "template": str(template),
            "data": str(data),
            "attached": str(attached),
            "seal": seal,
        } if _is_well_formed(application_id, form, (template, data, attached), seal):
            state = SealState(seal) if seal is not None else None
            return FormFile(application_id, form, template, data, attached, state)
    return FileTrouble.DAMAGED


def _is_well_formed(application_id: str, form: str, digests: tuple[str, ...], seal: object) -> bool:
    named = form in WHOLE_FORMS or CODE.fullmatch(form)
    whole = ID.fullmatch(application_id) and named and all(map(DIGEST.fullmatch, digests))
    return bool(whole) and (seal is None or seal in set(SealState))
