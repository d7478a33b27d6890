"""The API of the central service as one page that needs no other file and no network."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

API: Final = "openapi.html"
BUNDLE: Final = Path(__file__).with_name("redoc.standalone.js")
LOGO: Final = "https://cdn.redoc.ly/redoc/logo-mini.svg"  # the one picture that Redoc would fetch
EMPTY_PICTURE: Final = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"
PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 script-src 'unsafe-inline'; style-src 'unsafe-inline'; worker-src blob:">
<title>{title}</title>
<style>body {{ margin: 0 }}</style>
</head>
<body>
<div id="api"></div>
<script>{bundle}</script>
<script>Redoc.init({description}, {options}, document.getElementById("api"))</script>
</body>
</html>
"""
SANS: Final = "system-ui, 'Noto Sans CJK SC', sans-serif"
OPTIONS: Final = {
    "hideDownloadButtons": True,
    "nativeScrollbars": True,
    "theme": {"typography": {"fontFamily": SANS, "headings": {"fontFamily": SANS}}},
}


def write_api_page(description: Path, page: Path) -> None:
    """Write `page`, the HTML of the OpenAPI file `description`, with Redoc inside it.

    Raises ValueError if the bundle of Redoc no longer holds the one address that is taken out.
    """
    read: dict[str, Any] = yaml.safe_load(description.read_text("utf-8"))
    bundle = BUNDLE.read_text("utf-8")
    if bundle.count(LOGO) != 1:
        raise ValueError(f"{BUNDLE.name} does not load {LOGO}: look what it loads instead")
    page.write_text(
        PAGE.format(
            title=read["info"]["title"],
            bundle=bundle.replace(LOGO, EMPTY_PICTURE).replace("</script", r"<\/script"),
            description=_as_script(read),
            options=_as_script(OPTIONS),
        ),
        "utf-8",
    )


def _as_script(value: object) -> str:
    """Return JSON that may stand in a script element; days of examples become texts."""
    text = json.dumps(value, ensure_ascii=False, default=date.isoformat)
    return text.replace("</", r"<\/")
