"""The system of a simulated office that fetches its work: a process that calls the Office API.

python -m central.offices.simulated_caller URL AUTHORITY CERTIFICATE KEY [FAULT ...] speaks
central/offices/openapi.yaml by mutual TLS and client credentials (RFC 8705), claims every task that
it finds, looks at its case and ends it, until none is left that it can end. With each task it first
makes the faults in turn, as real systems do. It prints a line of JSON for each call and shares no
code with the service.
"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

CALL_SECONDS = 10.0
HUGE_BYTES = 209_715_200  # 200 MiB, as a scanned personnel file
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_CONFLICT = 409


class CallerFault(StrEnum):
    """Faults of an office's system that calls."""

    LOST_ANSWER = "lost-answer"  # it closes the line before the answer, and calls again
    TWICE = "twice"  # each decision comes twice
    OLD_MARK = "old-mark"  # it decides on what it saw before
    OTHER_OFFICE = "other-office"  # it asks for a task that is not its office's
    FORGED_TOKEN = "forged-token"  # noqa: S105 - a name
    NO_TOKEN = "no-token"  # noqa: S105 - a name
    UNKNOWN_RESULT = "unknown-result"  # a kind of result that nobody knows
    HUGE_FILE = "huge-file"  # 200 MiB that are announced
    NOT_JSON = "not-json"


@dataclass
class CallingOffice:
    """The system of an office; `faults` are made with the tasks in turn, the first one first.

    `appointment`, `certificate` …: what it gives for each kind of result that a service needs.
    """

    address: str
    tls: ssl.SSLContext
    faults: list[CallerFault]
    results: Mapping[str, Mapping[str, Any]]
    token: str = field(default="", repr=False)

    def work(self) -> None:
        """End every task that can be ended; raises OSError when the service can't be reached."""
        self._log_in()
        _, offered = self._call("GET", "/v1/services")
        kinds = {one["code"]: one for one in offered["services"]}
        _, listed = self._call("GET", "/v1/tasks")
        for task in listed["tasks"]:
            if not task["has_decision"]:
                self._end(f"/v1/tasks/{task['case']}/{task['service']}", kinds[task["service"]])

    def _log_in(self) -> None:
        said = urlencode({"grant_type": "client_credentials"}).encode()
        _, answer = self._call("POST", "/v1/token", said, _FORM)
        self.token = answer["access_token"]

    def _end(self, path: str, service: Mapping[str, Any]) -> None:
        status, task = self._call("PUT", f"{path}/claim")
        if status == _CONFLICT:
            return
        self._call("GET", f"{path}/view")
        wanted = service["needed_results"] or service["results"][:1]
        said = {
            "mark": task["mark"],
            "reason": "",
            "result": {kind: self.results[kind] for kind in wanted},
        }
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            self._make(fault, f"{path}/finish", said)
        self._send(f"{path}/finish", said)

    def _send(self, path: str, said: Mapping[str, Any]) -> None:
        self._call("POST", path, json.dumps(said).encode())

    def _make(self, fault: CallerFault, path: str, said: Mapping[str, Any]) -> None:
        whole = json.dumps(said).encode()
        match fault:
            case CallerFault.TWICE:
                self._send(path, said)
            case CallerFault.LOST_ANSWER:
                with self._line() as line:
                    line.request("POST", path, whole, self._headers(_JSON))
            case CallerFault.OLD_MARK:
                self._send(path, {**said, "mark": "0-0"})
            case CallerFault.OTHER_OFFICE:
                self._call("GET", "/v1/tasks/1/R99/view")
            case CallerFault.FORGED_TOKEN | CallerFault.NO_TOKEN:
                mine = self.token
                self.token = f"{mine[:-8]}AAAAAAAA" if fault is CallerFault.FORGED_TOKEN else ""
                self._send(path, said)
                self.token = mine
            case CallerFault.UNKNOWN_RESULT:
                self._send(path, {**said, "result": {"medal": {"metal": "gold"}}})
            case CallerFault.HUGE_FILE:
                with self._line() as line:
                    announced = {"Content-Length": str(HUGE_BYTES)}
                    line.request("POST", path, None, self._headers(_JSON) | announced)
                    self._read(line, "POST", path)
            case CallerFault.NOT_JSON:
                self._call("POST", path, whole[:-1])

    def _call(
        self, method: str, path: str, body: bytes | None = None, kind: str = _JSON
    ) -> tuple[int, dict[str, Any]]:
        with self._line() as line:
            line.request(method, path, body, self._headers(kind if body else ""))
            return self._read(line, method, path)

    @contextmanager
    def _line(self) -> Iterator[http.client.HTTPSConnection]:
        where = urlsplit(self.address)
        host, port = where.hostname or "", where.port
        line = http.client.HTTPSConnection(host, port, timeout=CALL_SECONDS, context=self.tls)
        with closing(line):
            yield line

    def _headers(self, kind: str) -> dict[str, str]:
        said = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**said, "Content-Type": kind} if kind else said

    def _read(
        self, line: http.client.HTTPSConnection, method: str, path: str
    ) -> tuple[int, dict[str, Any]]:
        answer = line.getresponse()
        said = json.loads(answer.read() or b"{}")
        told = {"call": f"{method} {path}", "status": answer.status, "type": said.get("type", "")}
        sys.stdout.write(json.dumps(told) + "\n")
        return answer.status, said


RESULTS: Mapping[str, Mapping[str, Any]] = {
    "certificate": {"number": "SIM-0001"},
    "amount": {"fen": 345_600, "month": "2027-01"},
    "payment": {"code": "SIM-0001", "fen": 12_000, "due_on": "2027-01-15"},
    "appointment": {"place": "SIM", "at": "2026-12-10T09:30"},
}


def main(words: Sequence[str]) -> None:
    """Call with the `words` of the command line: address, three PEM files, names of faults."""
    url, authority, certificate, key, *faults = words
    tls = ssl.create_default_context(cafile=authority)
    tls.load_cert_chain(certificate, key)
    CallingOffice(url, tls, [CallerFault(one) for one in faults], RESULTS).work()


if __name__ == "__main__":
    main(sys.argv[1:])
