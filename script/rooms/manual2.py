exec(open("script/rooms/manual1.py").read().split('edit("kiosk/speech/announcer.py"')[0])
import shutil
shutil.copy("script/rooms/engine/test_table.py", "tests/kiosk/test_table.py")
resub("kiosk/visit/stages.py", (r"\n\nHOLDS_PERSONAL_DATA = .*", "\n"))
edit("tests/kiosk/test_draft.py", ("from kiosk.visit.stages import HOLDS_PERSONAL_DATA, Stage", "from kiosk.visit.stages import Stage\nfrom kiosk.visit.steps.catalogue import STEPS"), ("    assert KEPT < HOLDS_PERSONAL_DATA", "    assert {step.stage for step in STEPS if step.holds_person} > KEPT"))
edit("tests/kiosk/test_walk.py", ("from kiosk.visit.stages import SERVICE_STAGES, Stage", "from kiosk.visit.stages import Stage\nfrom kiosk.visit.steps.catalogue import STEPS"), ("if visit.stage in SERVICE_STAGES", "if visit.stage in NEEDING_PROOF"), ("if self.visit.stage in SERVICE_STAGES", "if self.visit.stage in NEEDING_PROOF"))
p = Path("tests/kiosk/test_walk.py"); s = p.read_text()
last = [m.end() for m in re.finditer(r"^(?:from|import) [^\n]*(?:\([^)]*\))?\n", s, re.M)][-1]
p.write_text(s[:last] + "\nNEEDING_PROOF = {step.stage for step in STEPS if step.needs_proof}\n" + s[last:])
p = Path("tests/kiosk/test_handing_over.py"); s = p.read_text()
s = s.replace("from kiosk.visit.table import ROWS\n", "from kiosk.visit.steps.shift_handover.transitions import HANDOVER\n")
s = s.replace("    ways = {(row.kind, row.to) for row in ROWS if row.stage is Stage.HANDOVER}", "    ways = {(one.event, one.to or Stage.HANDOVER) for one in HANDOVER.transitions}").replace('if to is Stage.DESK} == {"LoggedIn"}', "if to is Stage.DESK} == {ev.LoggedIn}")
p.write_text(s)
