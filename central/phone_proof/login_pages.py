"""The reference provider's log-in in a browser: who is it, and the comparison of the face.

It stands for the platform's own pages and app. It shows the invented people of a folder; choosing
one is the log-in, and its button stands for the camera.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from kiosk.config.schema import read_table
from kiosk.operator_texts import texts_of

AUTHORIZE, CHOSEN = "/authorize", "/chosen"
LOGIN_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
ASKED = ("client_id", "redirect_uri", "state", "nonce", "acr_values")
STYLE = (
    "body{font:500 24px/1.5 'Noto Sans SC',sans-serif;margin:0 auto;max-width:34rem;padding:1rem;"
    "background:#fff;color:#1b1b1b}a{display:block;padding:.8rem 1rem;margin:.7rem 0;"
    "border-radius:.6rem;background:#153e75;color:#fff;text-decoration:none;font-weight:700}"
    "h1{font-size:1.4em;margin:.3em 0}small{display:block;font-weight:400}"
)


@dataclass(frozen=True)
class LoginUser:
    """Somebody who can log in; `kind` is the claim `acr`: "face" of a person, or "company"."""

    number: str = field(repr=False)
    name: str = field(repr=False)
    address: str = field(repr=False)
    kind: str = "face"


@dataclass(frozen=True)
class LoginPages:
    """The pages. `users` are all who can log in; `issue` returns a code for one of them.

    `clients` maps each client to the beginning of where its browsers may be sent back.
    """

    users: Mapping[str, LoginUser] = field(repr=False)
    clients: Mapping[str, str]
    issue: Callable[[LoginUser, Mapping[str, str]], str]

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a GET of `target`."""
        split = urlsplit(target)
        query = {name: said[0] for name, said in parse_qs(split.query).items()}
        asked = {name: query.get(name, "") for name in ASKED}
        own = self.clients.get(asked["client_id"])
        if own is None or not asked["redirect_uri"].startswith(own) or not asked["nonce"]:
            return 400, dict(LOGIN_HEADERS), b"<h1>400</h1>"
        user = self.users.get(query.get("user", ""))
        if split.path == CHOSEN and user is not None:
            back = {"code": self.issue(user, asked), "state": asked["state"]}
            where = f"{asked['redirect_uri']}?{urlencode(back)}"
            return 303, {**LOGIN_HEADERS, "Location": where}, b""
        return 200, dict(LOGIN_HEADERS), self._choose(asked).encode()

    def _choose(self, asked: Mapping[str, str]) -> str:
        words = texts_of("central.login")
        links = "".join(
            _link(asked, name, one)
            for name, one in self.users.items()
            if one.kind == (asked["acr_values"] or "face")
        )
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width, initial-scale=1"><title>{words["title"]}</title>'
            f"<style>{STYLE}</style></head><body><main><h1>{words['title']}</h1>"
            f"<p>{words['sentence']}</p>{links}</main></body></html>"
        )


def _link(asked: Mapping[str, str], name: str, user: LoginUser) -> str:
    where = html.escape(f"{CHOSEN}?{urlencode({**asked, 'user': name})}")
    face = texts_of("central.login")["face"]
    return f'<a href="{where}">{html.escape(user.name)}<small>{face}</small></a>'


def read_users(folder: Path) -> dict[str, LoginUser]:
    """Return the invented people of `folder` by name of file, and their companies by code."""
    cards = {path.stem: read_table(path).get("card", {}) for path in sorted(folder.glob("*.toml"))}
    people = {
        name: LoginUser(card["number"], card["name"], card.get("address", ""))
        for name, card in cards.items()
        if "number" in card
    }
    facts = [read_table(path).get("facts", {}) for path in sorted(folder.glob("*.toml"))]
    units = {one["unit_code"]: one["unit_name"] for one in facts if one.get("unit_code")}
    companies = {code: LoginUser(code, name, "", "company") for code, name in units.items()}
    return people | companies
