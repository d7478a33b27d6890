#!/bin/bash
# auto.sh: run all programs of the house move on a fresh clone in $PWD
set -e
H=script/rooms; B=.venv/bin
cp $H/engine/transition.py $H/engine/everywhere.py $H/engine/draft_requests.py kiosk/visit/
python3 $H/steps_gen.py
cp $H/engine/table.py kiosk/visit/table.py
rm -f kiosk/visit/dropped.py kiosk/visit/entries.py
python3 $H/step_list.py
git add -A
python3 $H/rename_defs.py $H/renames1.txt
python3 $H/nested.py | grep -v CTOR || true
python3 $H/nested_state.py
sed "s/or f == 'kiosk\/visit\/state.py'//; s/if not f.startswith(('kiosk\/','wiring\/','tests\/','script\/','screens\/')): continue/if f!='kiosk\/visit\/state.py': continue/" $H/nested.py > .venv/rooms_n2.py; python3 .venv/rooms_n2.py
for m in confirming presence looking_at_papers table_acting table_writing acting actions answering authorising begun checking choosing finding guards handing_over maintaining mending staffing waiting table_staff table_upkeep row; do git rm -qf kiosk/visit/$m.py 2>/dev/null || true; done
git rm -qf kiosk/visit/pages_picture.py kiosk/visit/pages_presence.py kiosk/visit/pages_confirming.py kiosk/visit/pages_acting.py kiosk/visit/pages_after.py kiosk/visit/pages_dates.py kiosk/visit/pages_door.py kiosk/visit/pages_filing.py kiosk/visit/pages_identity.py kiosk/visit/pages_import.py kiosk/visit/pages_of_rules.py kiosk/visit/pages_on_top.py kiosk/visit/pages_staff.py kiosk/visit/pages_upkeep.py kiosk/visit/pages_writing.py 2>/dev/null || true
$B/ruff check -q --fix --select I,F401,UP . || true
$B/ruff format -q .
git add -A
python3 $H/carve.py $H/carve2.txt
git add -A
cat $H/map_rooms.txt $H/map_visit.txt $H/map_rest.txt > .venv/rooms_map.txt
python3 $H/codemod.py .venv/rooms_map.txt
$B/ruff check -q --fix --select I,F401,UP . || true
$B/ruff format -q .
git add -A
