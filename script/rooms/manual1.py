import re
from pathlib import Path
def edit(path, *pairs, count=None):
    p = Path(path); s = p.read_text()
    for a, b in pairs:
        if a not in s: print("NOT FOUND", path, repr(a[:70])); continue
        s = s.replace(a, b)
    p.write_text(s)
def resub(path, *pairs):
    p = Path(path); s = p.read_text()
    for a, b in pairs:
        s2 = re.sub(a, b, s, flags=re.S)
        if s2 == s: print("NO MATCH", path, a[:70])
        s = s2
    p.write_text(s)
edit("kiosk/speech/announcer.py", ("before.display.view.volume", "before.view.volume"), ("before.display.view.pace", "before.view.pace"))
edit("kiosk/visit/navigation.py", ("def explain(overlay: Overlay) -> Callable[[Visit, Event, Context], Visit]:", "def explain(overlay: Overlay) -> Callable[[Visit, Pressed, Context], Visit]:"))
edit("kiosk/visit/staff_entry.py", ("def submit_pin(visit: Visit, what: Event,", "def submit_pin(visit: Visit, what: Pressed,"), ("def reject_staff_card(visit: Visit, what: Event,", "def reject_staff_card(visit: Visit, what: LoginFailed,"))
edit("kiosk/visit/steps/settings_import/transitions.py", ("def refuse_offer(visit: Visit, what: Event,", "def refuse_offer(visit: Visit, what: SettingsRefused,"))
resub("kiosk/visit/steps/facts/transitions.py", (r"def take_facts\(visit: Visit, what: Event,", "def take_facts(visit: Visit, what: FactsKnown,"), (r"def take_no_facts\(visit: Visit, what: Event,", "def take_no_facts(visit: Visit, what: FactsUnknown,"),
  (r"def case_is_open\(_visit: Visit, what: Event,(.*?)return isinstance\(what, FactsKnown\) and bool\((.*?)\)\n", r"def case_is_open(_visit: Visit, what: FactsKnown,\1return bool(\2)\n"))
resub("kiosk/visit/steps/questions/transitions.py", (r"def another_after_pick\(visit: Visit, what: Event,", "def another_after_pick(visit: Visit, what: Pressed,"))
resub("kiosk/visit/steps/vouching/transitions.py", (r"def may_vouch_for_proxy\(visit: Visit, what: Event,", "def may_vouch_for_proxy(visit: Visit, what: LoggedIn,"))
resub("kiosk/visit/steps/shift_handover/transitions.py", (r"(def take_over\(visit: Visit, what: )Event", r"\1LoggedIn"), (r"(def reject_takeover\(visit: Visit, what: )Event", r"\1LoginFailed"), (r"(def reject_takeover_card\(\s*visit: Visit, what: )Event", r"\1LoginFailed"))
resub("kiosk/visit/steps/on_behalf/transitions.py", (r"(def take_card_copy\(visit: Visit, what: )Event", r"\1PaperCaptured"))
for f, cls in (("review","Pressed"),("rating","Pressed"),("face_check","FaceFailed"),("identity_card","CardFailed"),("papers","PaperCaptured")):
    p = Path(f"kiosk/visit/steps/{f}/transitions.py"); s = p.read_text()
    for m in re.finditer(r"def (\w+)\((_?visit: Visit), what: Event, (_?context: Context)\) -> bool:\n(    \"\"\".*?\"\"\"\n)((?:(?!\ndef ).)*?)isinstance\(what, (\w+)\) and ", s, re.S):
        new = m.group(0).replace("what: Event", f"what: {m.group(6)}").replace(f"isinstance(what, {m.group(6)}) and ", "")
        s = s.replace(m.group(0), new)
    p.write_text(s)
resub("kiosk/visit/steps/papers/transitions.py", (r"(def another_after_this\(visit: Visit, what: )Event", r"\1PaperCaptured"))
edit("kiosk/visit/steps/wiping/transitions.py", ("from kiosk.visit.state import ", "from kiosk.visit.state import StaffState, "))
edit("kiosk/visit/table.py", ("from kiosk.visit.state import Visit", "from kiosk.visit.state import DisplayState, StaffState, TextEntry, Visit"), ("from kiosk.visit.text_entry import NOTHING_BEGUN\n", ""))
resub("kiosk/visit/table.py", (r"return replace\(\s*visit,\s*stage=stage,\s*\*\*NOTHING_BEGUN,\s*display=replace\(visit\.display, part=0\),?\s*\)", "entry = TextEntry(by_letters=visit.entry.by_letters)\n    return replace(visit, stage=stage, entry=entry, display=replace(visit.display, part=0))"))
resub("kiosk/visit/text_entry.py", (r"NOTHING_BEGUN: Mapping.*?question or stage comes\.\"\"\"\n", ""))
resub("kiosk/visit/answers.py", (r"return replace\(\s*visit,\s*answers=answers,\s*failure=None,\s*\*\*NOTHING_BEGUN,\s*display=replace\(visit\.display, part=0\),?\s*\)", "entry = TextEntry(by_letters=visit.entry.by_letters)\n    return replace(\n        visit, answers=answers, failure=None, entry=entry, display=replace(visit.display, part=0)\n    )"), (r"from kiosk.visit.state import Visit", "from kiosk.visit.state import TextEntry, Visit"))
edit("kiosk/visit/answers.py", ("from kiosk.visit.text_entry import NOTHING_BEGUN\n", ""))
edit("wiring/task_time_model.py", ("from kiosk.visit.state import ", "from kiosk.visit.state import StaffState, "))
resub("kiosk/visit/steps/correction/transitions.py", (r"from kiosk.visit.steps.correction.page import", "from kiosk.visit.steps.correction.actions import papers_of\nfrom kiosk.visit.steps.correction.page import")) if Path("kiosk/visit/steps/correction/actions.py").exists() else None
# render: pages of the table
p = Path("kiosk/visit/render.py"); s = p.read_text()
i = s.index("Draw = Callable"); j = s.index("def draw_page")
s = s[:i] + s[j:]
s = re.sub(r"from kiosk.visit.steps[^\n]*\n", "", s); s = re.sub(r"from kiosk.visit.page_parts.(overlays|text_entry)[^\n]*\n", "", s)
s = s.replace("from kiosk.visit.table import NEVER_ENDED, rows_of\n", "from kiosk.visit.table import Table\n")
s = s.replace("def draw_page(visit: Visit, book: ReferenceData, *, mute: bool = False) -> Page:", "def draw_page(visit: Visit, table: Table, *, mute: bool = False) -> Page:")
s = s.replace("    draw = STAGE_PAGES[visit.stage] if not visit.overlay else PAGES_ON_TOP[visit.overlay]\n", "    book, step = table.book, table.steps[visit.stage]\n    draw = table.overlays[visit.overlay] if visit.overlay else step.page\n")
s = s.replace("dock=dock_of(visit, book, mute=mute)", "dock=dock_of(visit, table, mute=mute)")
s = s.replace("def dock_of(visit: Visit, book: ReferenceData, *, mute: bool = False) -> tuple[Choice | None, ...]:", "def dock_of(visit: Visit, table: Table, *, mute: bool = False) -> tuple[Choice | None, ...]:")
s = s.replace('    words = book.words["dock"]\n    repeat = _repeat(book, mute=mute)\n', '    book, step = table.book, table.steps[visit.stage]\n    words = book.words["dock"]\n    repeat = _repeat(book, mute=mute)\n')
s = re.sub(r"    can_leave = \(.*?\n    \)\n", "    can_leave = step.may_end and step.may_undo and step.shows_leave\n", s, flags=re.S)
s = s.replace("_back(visit, words), repeat", "_back(visit, table), repeat")
i = s.index("def _back(")
s = s[:i] + '''def _back(visit: Visit, table: Table) -> Choice | None:
    words, step = table.book.words["dock"], table.steps[visit.stage]
    if visit.overlay:
        return Choice(Press.STAY, words["back"], icon="arrow-left")
    at_first = not step.back_from_first_part and visit.display.part == 0
    if not step.may_undo or at_first or not table.transitions(visit.stage, Press.BACK):
        return None
    return Choice(Press.BACK, words["back"], icon="arrow-left")
'''
p.write_text(s)
edit("kiosk/visit/table.py", ("    steps: Mapping[Stage, Step]\n", "    steps: Mapping[Stage, Step]\n    overlays: Mapping[Overlay, DrawPage]\n"), ("import Change, Effects, On, Step", "import Change, DrawPage, Effects, On, Step"))
p = Path("kiosk/visit/steps/catalogue.py"); s = p.read_text()
s = s.replace('''def build_table''','''OVERLAYS: Mapping[Overlay, DrawPage] = {
    Overlay.HELP: help_page,
    Overlay.QUIT: leave_page,
    Overlay.STILL_HERE: still_here_page,
    Overlay.CHANGE: change_page,
    Overlay.OTHER_TIME: other_time_page,
    Overlay.OTHER_WAY: other_way_page,
    Overlay.WHY: why_page,
    Overlay.ENTRY: entry_page,
    Overlay.PLAN: plan_page,
    Overlay.LETTERS: letters_page,
    Overlay.OTHER_FILING: other_filing_page,
    Overlay.RARE: rare_page,
    Overlay.FILED_SERVICES: filed_services_page,
    Overlay.UNCONFIRMED: unconfirmed_page,
}


def build_table''').replace("return Table(book, {step.stage: step for step in STEPS})", "return Table(book, {step.stage: step for step in STEPS}, OVERLAYS)")
s = s.replace("from kiosk.visit.transition import Step\n", '''from kiosk.visit.transition import DrawPage, Step
from collections.abc import Mapping
from kiosk.visit.stages import Overlay
from kiosk.visit.page_parts.overlays import help_page, leave_page, still_here_page
from kiosk.visit.page_parts.text_entry import rare_page
from kiosk.visit.steps.review.page import change_page
from kiosk.visit.steps.facts.page import other_time_page, other_way_page
from kiosk.visit.steps.services.page import why_page
from kiosk.visit.steps.guide.page import entry_page
from kiosk.visit.steps.submission.page import plan_page
from kiosk.visit.steps.questions.page import letters_page
from kiosk.visit.steps.desk.page import other_filing_page
from kiosk.visit.steps.confirmation.page import filed_services_page
from kiosk.visit.steps.authority.page import unconfirmed_page
''')
p.write_text(s)
# users of Table and draw_page
import subprocess
for f in subprocess.run("git ls-files -co --exclude-standard '*.py'", shell=True, capture_output=True, text=True).stdout.split():
    p = Path(f)
    if not p.exists(): continue
    s = s0 = p.read_text()
    if f not in ("kiosk/visit/table.py", "kiosk/visit/steps/catalogue.py") and "kiosk.visit.table import" in s and re.search(r"(?<![\w.])Table\(", s):
        s = re.sub(r"(?<![\w.])Table\(", "build_table(", s)
        s = re.sub(r"([ ]*)from kiosk.visit.table import ([^\n]*)\n", lambda m: f"{m.group(1)}from kiosk.visit.table import {m.group(2)}\n{m.group(1)}from kiosk.visit.steps.catalogue import build_table\n", s, count=1)
    s = re.sub(r"draw_page\(visit, table\.book\)", "draw_page(visit, table)", s)
    s = re.sub(r"draw_page\(self\.visit, self\.table\.book(,|\))", r"draw_page(self.visit, self.table\1", s)
    if s != s0: p.write_text(s)
edit("kiosk/session/controller.py", ("from kiosk.visit.table import NEVER_ENDED, Table", "from kiosk.visit.table import Table"), ("elif self.visit.stage not in NEVER_ENDED:", "elif self.table.steps[self.visit.stage].may_end:"))
edit("kiosk/cli/commands.py", ("page = draw_page(visit, here)", "page = draw_page(visit, table)"), ("for visit in replay(run.lines, build_table(here), civil_now()):", "table = build_table(here)\n            for visit in replay(run.lines, table, civil_now()):"))
edit("wiring/page_catalogue.py", ("display=replace(self.visit.display, view=view)), book)", "display=replace(self.visit.display, view=view)), build_table(book))"))
edit("script/benches/visiting.py", ("self.page = draw_page(self.visit, self.book)", "self.page = draw_page(self.visit, self._table)"))
for f, pairs in {
 "tests/kiosk/test_journal.py": (("draw_page(visit, handbook())", "draw_page(visit, build_table(handbook()))"),),
 "tests/kiosk/test_reach.py": (("draw_page(Visitor().visit, book)", "draw_page(Visitor().visit, build_table(book))"),),
 "tests/kiosk/test_speech.py": (("draw_page(replace(visitor.visit, failure=failure), handbook())", "draw_page(replace(visitor.visit, failure=failure), visitor.table)"), ("draw_page(Visitor().with_card().visit, replace(handbook(), words=words))", "draw_page(Visitor().with_card().visit, build_table(replace(handbook(), words=words)))")),
 "tests/kiosk/test_pages.py": (("draw_page(visit, quiet)", "draw_page(visit, build_table(quiet))"), ("draw_page(visit, book)", "draw_page(visit, build_table(book))"), ("draw_page(visit, book, mute", "draw_page(visit, build_table(book), mute"), ("draw_page(Visitor().visit, replace(handbook(), settings=settings))", "draw_page(Visitor().visit, build_table(replace(handbook(), settings=settings)))")),
}.items():
    edit(f, *pairs)
    p = Path(f); s = p.read_text()
    if "import build_table" not in s: s = s.replace("from kiosk.visit.render import", "from kiosk.visit.steps.catalogue import build_table\nfrom kiosk.visit.render import", 1)
    p.write_text(s)
