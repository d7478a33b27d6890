"""Pages as HTML: one more painter of `Page`, beside screens/.

It draws what the page says and decides nothing; what only a kiosk's devices can do is left out
(`phone.posted.LEFT_OUT`), and its keys become fields for the phone's own keyboard.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kiosk.application.ink import KEY_MARK
from kiosk.pages.display import Contrast
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page
from kiosk.pages.press import Press
from phone.posted import LEFT_OUT, is_code

HERE = Path(__file__).parent
DRAWING_SUFFIX = {Contrast.LIGHT: "light", Contrast.HIGH: "hc"}
OF_DEVICES = frozenset({"paper_under_camera", "look_at_camera", "card_on_reader", "take_slip"})
"""Drawings of what a phone does not have."""
LINKS: Mapping[Press, str] = {Press.USE_PHONE: "/login"}
"""Presses that leave for another site: links, since forms may only be sent to this one."""


@dataclass(frozen=True)
class PageForm:
    """What a page's form carries besides presses: the token, and the revision it was drawn for.

    `refresh` is after how many seconds the page looks again by itself, 0 for never. `hands_over`:
    the page offers to go on at a kiosk.
    """

    token: str
    revision: int
    refresh: int = 0
    hands_over: bool = False


@dataclass(frozen=True)
class PagePainter:
    """Draws pages with the words of the kiosk's `path` and `keys`, and the phone's own of `site`.

    `assets` is the folder of icons and drawings. Everything that is inserted is escaped.
    """

    words: Mapping[str, Mapping[str, Any]]
    site: Mapping[str, Any]
    assets: Path
    _environment: Environment = field(
        default_factory=lambda: Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )

    def paint(self, page: Page, form: PageForm) -> str:
        """Return the page as HTML."""
        template = self._environment.get_template("page.html")
        return template.render(
            page=page,
            form=form,
            site=self.site,
            steps=self.words["path"]["steps"],
            keys=self.words["keys"],
            body=body_choices(page),
            corner=corner_choices(page),
            dock=[one for one in (*page.dock, *page.sight) if one and one.act not in LEFT_OUT],
            default=default_choice(page),
            drawing=self._drawing(page),
            code=qr_of(page.slip.qr) if page.slip and page.slip.qr else "",
            ink=ink_svg(page),
            is_code=is_code(page),
            icon=self._icon,
            layout=page.layout.value,
            links=LINKS,
            tone=ButtonStyle,
        )

    def notice(self, name: str, form: PageForm | None = None, **values: object) -> str:
        """Return a page outside of any visit with the words of `site`, by its `name`.

        `form`: as for `paint`; None where there is nothing to send. `values` are inserted into the
        words.
        """
        template = self._environment.get_template("notice.html")
        said = {key: str(text).format(**values) for key, text in self.site[name].items()}
        return template.render(said=said, site=self.site, form=form, icon=self._icon)

    def logged_in(self, page: str, **values: object) -> str:
        """Return a page of those who log in for it alone: `employer`, or `wishes`.

        `values` are what it shows; `known` tells whether somebody logged in.
        """
        template = self._environment.get_template(f"{page}.html")
        return template.render(said=self.site[page], site=self.site, page=page, **values)

    def handover(self, token: str, until: str, look: str) -> str:
        """Return the page with the code of a draft as QR.

        `token` is what the code says, `until` until when it counts; `look` is the class of text
        size and contrast.
        """
        words = self.words["phone_continue"]
        said = {key: str(text).format(until=until) for key, text in words.items()}
        template = self._environment.get_template("handover.html")
        shown = {"code": qr_of(token), "token": token, "look": look}
        return template.render(said=said, site=self.site, **shown)

    def _icon(self, name: str) -> Markup:
        return _icon_svg(self.assets / "icons" / f"{name}.svg")

    def _drawing(self, page: Page) -> str:
        if page.picture in OF_DEVICES:
            return ""
        suffix = DRAWING_SUFFIX[page.view.contrast]
        found = f"{page.picture}.{suffix}.svg" if page.picture and not page.photo else ""
        return found if found and (self.assets / "drawings" / found).is_file() else ""


@cache
def _icon_svg(path: Path) -> Markup:
    """Return the icon as inline SVG, "" where it is none of ours."""
    if not path.is_file():
        return Markup("")
    text = path.read_text("utf-8").replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(text)  # noqa: S704 - our own file


def body_choices(page: Page) -> list[Choice]:
    """Return the choices below the page's content, the primary one first."""
    found = [one for one in page.choices if one.act not in LEFT_OUT]
    return sorted(found, key=lambda one: one.tone is not ButtonStyle.PRIMARY)


def corner_choices(page: Page) -> list[Choice]:
    """Return the choices beside the keys, such as that there is no such number."""
    return [one for one in page.corners or () if one and one.act not in LEFT_OUT and not one.value]


def default_choice(page: Page) -> Choice | None:
    """Return what the phone's own Enter key presses: to go on."""
    wanted = (Press.NEXT, Press.SIGNED)
    return next((one for one in page.choices if one.act in wanted), None)


def qr_of(text: str) -> Markup:
    """Return a QR code as inline SVG."""
    out = io.BytesIO()
    drawn = segno.make(text, error="m")
    drawn.save(out, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=4)
    return Markup(out.getvalue().decode())  # noqa: S704 - made of modules, not of the text


def ink_svg(page: Page) -> Markup:
    """Return the signature that was given as inline SVG, "" for none."""
    if page.layout is not Layout.SIGN or not page.ink:
        return Markup("")
    points = [point for stroke in page.ink for point in stroke]
    width, height = max(one[0] for one in points) + 5, max(one[1] for one in points) + 5
    lines = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y, _ in stroke)}"/>'
        for stroke in page.ink
    )
    kind = "mark" if page.ink == KEY_MARK else "drawn"
    view = f"0 0 {width:.0f} {height:.0f}"
    return Markup(  # noqa: S704 - numbers alone
        f'<svg class="ink {kind}" viewBox="{view}" aria-hidden="true">{lines}</svg>'
    )
