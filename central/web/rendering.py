"""Pages as HTML: templates of `templates/` filled with values and the words of config/texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class PageRenderer:
    """Fills templates; `texts` are the words of config/texts/web.toml.

    Everything that a template inserts is escaped, and a name that is not there is an error.
    """

    texts: Mapping[str, Any]
    _environment: Environment = field(
        default_factory=lambda: Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )

    def page(
        self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object
    ) -> HTMLResponse:
        """Return a template filled with `values` and, as `t`, the words; `status` is HTTP's."""
        html = self._environment.get_template(template).render(t=self.texts, **values)
        return HTMLResponse(html, status.value)

    def fragment(self, template: str, **values: object) -> str:
        """Return a part of a page, filled as `page` does."""
        return self._environment.get_template(template).render(t=self.texts, **values)
