"""Offers to people who want to do something after retirement (老有所为), and how many wish what."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.wishes.wishes import WishOffer
from central.web.city.helpers import SUPERVISOR, names_a_number
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind
from kiosk.retirement.divisions import CITY
from kiosk.retirement.points import PHONE

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest

PATH = "/talents"
FIELDS = ("body", "kind", "division", "words", "phone")
_SHOWN = 100


def show_talents(asking: PageRequest) -> Response:
    """Return the page: counts, offers, and the form of another one."""
    return _page(asking)


def add_offer(asking: PageRequest) -> Response:
    """Write an offer down; who fits is told by message."""
    said = {name: " ".join(asking.form.get(name, "").split()) for name in FIELDS}
    if trouble := _trouble_with(asking, said):
        return _page(asking, trouble)
    event = asking.event(WebEventKind.OFFERED, f"{said['kind']} {said['division']}")
    offer = WishOffer(0, event.at, event.account, *(said[name] for name in FIELDS))
    asking.context.city.offers.add(offer, event)
    return see_other(f"{PATH}?done=added")


def end_offer(asking: PageRequest) -> Response:
    """End an offer: nobody is told of it any more."""
    number: int = asking.path["number"]
    event = asking.event(WebEventKind.OFFERED, f"end of {number}")
    if not asking.context.city.offers.end(number, event):
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    return see_other(f"{PATH}?done=ended")


def _trouble_with(asking: PageRequest, said: dict[str, str]) -> str:
    policy, units = asking.context.policy.wishes, asking.context.public.divisions.units
    if said["kind"] not in policy.kinds:
        return "kind"
    if said["division"] not in units or not said["division"].startswith(CITY):
        return "division"
    body, words = said["body"], said["words"]
    if not 0 < len(body) <= policy.longest_body or not 0 < len(words) <= policy.longest_words:
        return "words"
    if not (body + words).isprintable() or names_a_number(words):
        return "personal"
    return "" if PHONE.fullmatch(said["phone"]) else "phone"


def _page(asking: PageRequest, trouble: str = "") -> Response:
    context, policy = asking.context, asking.context.policy.wishes
    divisions = context.public.divisions
    failure = context.renderer.texts["talents"]["troubles"].get(trouble, "")
    return asking.page(
        "talents.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        counts=context.city.offers.counts(),
        kinds=policy.kinds,
        offers=context.city.offers.all(_SHOWN),
        counties=[(one, divisions.children.get(one.code, ())) for one in divisions.children[CITY]],
        city=divisions.units[CITY],
        full_name=lambda code: divisions.full_name(code) or divisions.units[CITY].name,
        failure=failure.format(body=policy.longest_body, words=policy.longest_words),
        typed=dict.fromkeys(FIELDS, "") | dict(asking.form),
        done=asking.query.get("done", ""),
        limits=policy,
    )


PAGES = (
    WebPage("GET", PATH, show_talents, SUPERVISOR, "talents"),
    WebPage("POST", PATH, add_offer, SUPERVISOR),
    WebPage("POST", PATH + "/{number:int}/end", end_offer, SUPERVISOR),
)
