"""An office with one case at the desk: what its people do there, and the service that carries it out."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from typing import Any

from httpx2 import Response

from central.offices.desk_rounds import DeskRounds
from central.policy import RetryPolicy
from central.results.sealing import OpenedResult
from central.store.cases.desk_decisions import DeskDecisions
from central.store.web.tables import DeskActRow
from central.tasks import TaskMove, TaskState
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault_port import OfficeAsk
from central.web_accounts import WebRole
from kiosk.application.service_result import ResultContent
from tests.central.standing import Standing, numbered
from tests.central.web.desk import Browser, WebDesk

RETRY = RetryPolicy(first_seconds=2.0, longest_seconds=8.0, tries=4)
CHOSEN = ["R01", "R07", "R08", "R09", "R17"]
MARK = re.compile(r'name="mark" value="([0-9-]+)"')
NUMBER = re.compile(r'name="number" value="(\d+)"')
MOBILE = "13900001234"
LAST_DAY = "2026-12-03"
ASKED = {"what": "户口簿首页", "reason": "照片看不清", "until": LAST_DAY}
CERTIFICATE = "亳退审〔2026〕第 00417 号"
FORMS = {
    "ask": ASKED,
    "pause": {"reason": "等档案馆回信"},
    "resume": {"reason": "回信到了"},
    "refuse": {"refusal": "conditions"},
    "finish": {
        "reason": "已经办好",
        "certificate-number": CERTIFICATE,
        "appointment-place": "社保卡服务中心",
        "appointment-at": "2026-12-10T09:30",
    },
}
AFTER = {
    "ask": "correction",
    "pause": "suspended",
    "resume": "resumed",
    "refuse": "refused",
    "finish": "done",
}


@dataclass
class DeskOffice:
    """The desk, the service behind it, and what somebody does there."""

    desk: WebDesk
    central: Standing

    def clerk(
        self, name: str = "C-0001", role: WebRole = WebRole.CLERK, office: str = "RS"
    ) -> Browser:
        return self.desk.logged_in(name, role, office)

    def take(self, browser: Browser, service: str = "R08") -> None:
        answer = browser.post(f"/tasks/1/{service}/take", {}, "/")
        assert answer.status_code == 303

    def open_form(self, browser: Browser, act: str, service: str = "R08") -> dict[str, str]:
        """The hidden fields of a form, as it is on the screen."""
        text = browser.get(path_of(act, service)).text
        found = MARK.search(text)
        return {"mark": found[1] if found else ""}

    def act(self, browser: Browser, act: str, service: str = "R08", **form: str) -> Response:
        said = self.open_form(browser, act, service) | (form or FORMS.get(act, {}))
        return browser.send(act, path_of(act, service), said)

    def say(self, browser: Browser, verdict: str, service: str = "R01") -> Response:
        page = f"/cases/1/{service}/decision"
        found = self.central.rows((DeskActRow.number,))
        number = str(found[-1][0]) if found else "1"
        return browser.post(page, {"verdict": verdict, "number": number}, "/")

    def carry_out(self) -> int:
        return rounds(self.central).carry_out()

    def state(self, service: str = "R08") -> dict[str, str]:
        progress = self.central.office.store.cases.progress(numbered(1))
        assert progress
        (found,) = (one for one in progress["services"] if one["code"] == service)
        return dict(found)

    def result(self, service: str) -> ResultContent:
        """What the end of a service gave, as the vault opens it for the office."""
        kept = self.central.office.store.results.of_task(numbered(1), service)
        assert kept is not None
        case = self.desk.context.cases.find(1, service, CHOSEN)
        assert case is not None
        asked = OfficeAsk("C-0001", case.id, service, case.received_at, case.envelope)
        vault = replace(self.central.opening, accounts=accounts())
        found = vault.case_result(asked, kept.sealed)
        assert isinstance(found, OpenedResult), found
        return found.content

    def acts(self) -> list[str]:
        moving = [one for (one,) in self.central.rows((DeskActRow.act,))]
        return [one for one in moving if one in AFTER]


def rounds(central: Standing, decisions: DeskDecisions | None = None) -> DeskRounds:
    mine = decisions or central.office.store.desk_decisions
    return DeskRounds(mine, RETRY, lambda: central.clock[0])


def plain_view(document: dict[str, Any], service: str) -> dict[str, Any]:
    """What the office of a service sees of a document without facts and papers."""
    named = {name: document[name] for name in ("applicant", "confirmed_at", "way")}
    return {**named, "service": service, "insisted": False, "answers": {}, "papers": []}


def path_of(act: str, service: str = "R08") -> str:
    return f"/cases/1/{service}/acts/{act}"


def text_of(answer: Response) -> str:
    return html.unescape(answer.text)


def accounts() -> VaultAccounts:
    """The people of the office RS at the vault."""
    names = ("C-0001", "C-0002", "O-0001", "O-0002", "R-0001", "R-0009", "X-0001")
    found = {name: VaultAccount(("R01", "R07", "R08"), id=name) for name in names}
    return VaultAccounts(found)


def move_to(central: Standing, state: TaskState) -> None:
    """Move the task of R08 as an office's own system does."""
    central.office.store.work.settle(numbered(1), "R08", TaskMove(state), "now")
