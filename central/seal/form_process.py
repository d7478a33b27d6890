"""The process that reads one file of a stranger: limits first, then the file, then one answer."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from central.seal.form_file import read_form_file
from central.seal.values import FileTrouble


def main() -> None:
    """Read the request (one line of JSON, then the file) and print the answer as JSON.

    What the file makes this process raise ends it: the reader then says that it is damaged.
    """
    asked = json.loads(sys.stdin.buffer.readline())
    limit_process(asked)
    pdf = sys.stdin.buffer.read()
    moment = datetime.fromisoformat(asked["now"])
    found = read_form_file(pdf, asked["authority"].encode("ascii"), moment)
    said = {"trouble": found} if isinstance(found, FileTrouble) else asdict(found)
    os.write(sys.stdout.fileno(), json.dumps(said).encode())


def limit_process(asked: Mapping[str, Any]) -> None:
    """Let this process take no more memory, time or room than `asked` says (`read_apart`)."""
    for what, most in (
        (resource.RLIMIT_AS, asked["memory_bytes"]),
        (resource.RLIMIT_FSIZE, asked["answer_bytes"]),
        (resource.RLIMIT_CORE, 0),  # no application may lie in a core dump
    ):
        resource.setrlimit(what, (most, most))
    seconds = asked["cpu_seconds"]
    # At the first of both the kernel sends SIGXCPU, by which the reader knows; then SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


if __name__ == "__main__":
    main()
