"""The services for anybody: the list, each one with its papers, days, law, office and flow."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from central.web.page_table import WebPage, error_page
from kiosk.retirement.guide import entries, leaflet_entries, to_bring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from central.web.page_table import PageRequest
    from kiosk.retirement.catalogue import Catalogue, Service

GUIDE_PATH = "/guide"


def show_guide(asking: PageRequest) -> Response:
    """Return the list of all services by the step of handling, and what people bring to all."""
    catalogue = asking.context.public.book.catalogue
    found = {one.code: one for one in entries(catalogue)}
    stages = [
        (name, [found[one.code] for one in catalogue.in_order() if str(one.stage) == number])
        for number, name in catalogue.offices.stages.items()
    ]
    return asking.page(
        "public/guide.html",
        stages=stages,
        leaflets=leaflet_entries(catalogue),
        papers=to_bring(catalogue),
        promised=catalogue.offices.promised,
        count=len(catalogue.services),
        phone_site=asking.context.public.phone_site,
    )


def show_service(asking: PageRequest) -> Response:
    """Return the page of one service."""
    catalogue, code = asking.context.public.book.catalogue, asking.path["code"]
    all_entries = (*entries(catalogue), *leaflet_entries(catalogue))
    found = next((one for one in all_entries if one.code == code), None)
    if found is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    service = catalogue.services.get(code)
    return asking.page(
        "public/service.html",
        entry=found,
        service=service,
        before=_names(catalogue, service) if service else (),
        by_itself=_by_itself(catalogue, service) if service else (),
    )


def _names(catalogue: Catalogue, service: Service) -> tuple[str, ...]:
    """Return the services that have to be done, or handled, before this one."""
    codes = dict.fromkeys((*service.needs_any, *service.needs_all, *service.after))
    return tuple(catalogue.services[one].plain for one in codes)


def _by_itself(catalogue: Catalogue, service: Service) -> Iterator[tuple[str, str]]:
    """Yield the papers that nobody has to bring, with where they come from."""
    for code in service.materials:
        paper = catalogue.papers[code]
        if paper.how.value != "personal":
            yield paper.name, paper.why


PAGES = (
    WebPage("GET", GUIDE_PATH, show_guide, None),
    WebPage("GET", "/guide/{code}", show_service, None),
)
HOME = WebPage("GET", "/", show_guide, None)
"""The first page of a process that serves the public alone."""
