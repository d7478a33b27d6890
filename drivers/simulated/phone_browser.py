"""A phone's browser for tours: it follows links, presses buttons and fills in fields of pages."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

SECONDS = 20.0
MOST_STEPS = 40
FIELD = re.compile(r'<input type="hidden" name="(token|at)" value="([^"]*)"')
BUTTON = re.compile(r'<button class="(?!unseen)[^"]*" name="press" value="([^"]*)"')
PAPER = re.compile(r'href="(/employer/papers/[0-9a-f]+/\w+)"')
CODE = re.compile(r'data-code="([0-9a-f]+)"')
REDIRECTS = (302, 303, 307)
BOUNDARY = "----list-of-people"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class PhoneBrowser:
    """A browser of the pages at `url`; `authority` is the certificate of the platform."""

    url: str
    authority: Path
    html: str = ""
    _cookies: dict[str, str] = field(default_factory=dict, repr=False)

    def open(self, address: str) -> str:
        """Open an address and follow where it leads; return the site where it ends.

        Raises RuntimeError for an error page.
        """
        for _ in range(MOST_STEPS):
            status, where, body = self._get("GET", address)
            if status not in REDIRECTS:
                self._show(status, body)
                split = urlsplit(address if "://" in address else self.url)
                return f"{split.scheme}://{split.netloc}"
            address = where
        raise RuntimeError("the pages lead nowhere")

    def press(self, value: str, path: str = "/press", **fields: str) -> None:
        """Press the button that sends `value`, with `fields` filled in; `path` takes the form."""
        said = {name: unescape(text) for name, text in FIELD.findall(self.html)}
        body = urlencode({**said, **fields, "press": value}).encode()
        status, where, answer = self._get("POST", f"{self.url}{path}", body)
        if status in REDIRECTS:
            self.open(where)
        else:
            self._show(status, answer)

    def upload(self, path: str, file: str) -> None:
        """Send the page's form to `path` with a `file`. Raises RuntimeError for an error page."""
        self.upload_files(path, "file", {"list.csv": file.encode()})

    def upload_files(self, path: str, field: str, files: Mapping[str, bytes]) -> None:
        """Send the page's form to `path` with files, by name, in its `field`.

        Raises RuntimeError for an error page.
        """
        token = dict(FIELD.findall(self.html))["token"]
        parts = {'name="token"': token.encode()}
        parts |= {f'name="{field}"; filename="{name}"': file for name, file in files.items()}
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
        body = b"".join(
            f"{head}{said}\r\n\r\n".encode() + file + b"\r\n" for said, file in parts.items()
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        whole = body + f"--{BOUNDARY}--\r\n".encode()
        status, _, answer = self._get("POST", f"{self.url}{path}", whole, kind)
        self._show(status, answer)

    def buttons(self) -> list[str]:
        """Return what can be pressed on the page."""
        return [unescape(one) for one in BUTTON.findall(self.html)]

    def _show(self, status: int, body: str) -> None:
        if status >= 400:  # noqa: PLR2004 - HTTP's errors
            raise RuntimeError(f"the page answered {status}")
        self.html = body

    def _get(
        self, method: str, address: str, body: bytes = b"", kind: Mapping[str, str] = FORM
    ) -> tuple[int, str, str]:
        split = urlsplit(address if "://" in address else f"{self.url}{address}")
        assert split.hostname is not None
        if split.scheme == "https":
            tls = ssl.create_default_context(cafile=str(self.authority))
            line: HTTPConnection = HTTPSConnection(
                split.hostname, split.port, timeout=SECONDS, context=tls
            )
        else:
            line = HTTPConnection(split.hostname, split.port, timeout=SECONDS)
        path = f"{split.path or '/'}{f'?{split.query}' if split.query else ''}"
        ours = self.url.endswith(split.netloc)
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {**(kind if body else {}), **({"Cookie": cookie} if ours and cookie else {})}
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            for said in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = said.partition(";")[0].partition("=")
                self._cookies[name] = value
            text = answer.read().decode()
            where = answer.headers.get("Location", "")
            base = f"{split.scheme}://{split.netloc}"
            return answer.status, where if "://" in where else base + where, text
        finally:
            line.close()


def begin_on_phone(browser: PhoneBrowser, person: str, mobile: str) -> str:
    """Log in as the invented `person`, answer the first questions, and return the draft's code.

    `mobile` is the person's number; the address is that of the card, the money goes to the own
    social security card. Raises RuntimeError when a page is another than expected.
    """
    _log_in(browser, person)
    for _ in range(MOST_STEPS):
        buttons = browser.buttons()
        if 'name="digits"' in browser.html:
            browser.press("next ", digits=mobile)
        elif "pick same" in buttons:
            browser.press("pick same")
        elif "pick card" in buttons:
            browser.press("pick card")
            return _code(browser)
        else:
            browser.press("next ")
    raise RuntimeError("the questions did not come")


def _log_in(browser: PhoneBrowser, person: str) -> None:
    browser.open("/")
    browser.press("start_self ")
    browser.press("agree ")
    platform = browser.open("/login")
    link = re.search(rf'href="([^"]*user={re.escape(person)})"', browser.html)
    if link is None:
        raise RuntimeError("the platform does not know this person")
    browser.open(platform + unescape(link[1]))


def begin_as_employer(
    browser: PhoneBrowser, unit_code: str, rows: str, files: Mapping[str, bytes]
) -> None:
    """Log in as the invented company with `unit_code`, upload the CSV `rows`, then `files`.

    Those are pages of the personnel file of the first who is due. Raises RuntimeError unless
    every row was begun and every page was kept.
    """
    browser.open("/employer")
    platform = browser.open("/employer/login")
    link = re.search(rf'href="([^"]*user={re.escape(unit_code)})"', browser.html)
    if link is None:
        raise RuntimeError("the platform does not know this company")
    browser.open(platform + unescape(link[1]))
    browser.upload("/employer/file", rows)
    if 'class="rows plain"' in browser.html or 'role="status"' not in browser.html:
        raise RuntimeError("a row was not begun")
    browser.open("/employer")
    paper = PAPER.search(browser.html)
    if paper is None:
        raise RuntimeError("nobody waits for a paper of the company")
    browser.open(paper[1])
    browser.upload_files(paper[1], "files", files)
    if 'class="rows plain"' in browser.html or 'role="status"' not in browser.html:
        raise RuntimeError("a page was not kept")


def _code(browser: PhoneBrowser) -> str:
    browser.press("help ")
    browser.press("", "/continue")
    found = CODE.search(browser.html)
    if found is None:
        raise RuntimeError("no code was given")
    return found[1]
