"""Rewrite Visit in kiosk/visit/state.py with nested records (fields' annotations and comments move along)."""
import ast, re
from pathlib import Path
src_n = Path("script/rooms/nested.py").read_text()
ns = {}
exec(src_n.split("F = {f:")[0].replace("import ast, re, subprocess, sys, collections","").replace("exec(","exec("), {"Path": Path}, ns) if False else None
m = re.search(r"REC = \{.*?\n\}\n", src_n, re.S); exec(m.group(0), ns)
loc = Path("script/rooms/nested_local.py")
if loc.exists(): exec(loc.read_text(), ns)
m = re.search(r"CLASS = \{.*?\}\n", src_n, re.S); exec(m.group(0), ns)
REC, CLASS = ns["REC"], ns["CLASS"]
CLASS.update(ns.get("NEW_CLASS", {}))
DOC = {'confirming': "What others filed in the person's name, and the decision on it.",
 'identity': "Who is here: the consent and the card that was read.", 'proof': "The face check: its tries, and the proof that was accepted.",
 'facts': "What the offices know, what the person says of it, and a draft that waits for a decision.",
 'choice': "Services that the person left out, added, or insists on.", 'entry': "What is being typed or written on this page.",
 'papers': "How each paper is settled, and what was captured.", 'signature': "The strokes of the name, and the moment of confirmation.",
 'outcome': "What came of the application, and how it was rated.", 'progress': "How far a case is, by the slip or the person's own.",
 'staff': "Who of the staff is in, or is about to come in or vouch.", 'desk': "What lies on the helper's desk, and the correction that is being brought.",
 'on_behalf': "For whom somebody acts, and by what authority.", 'maintenance': "What a technician sees and tests on this machine.",
 'help': "Whether a helper was called, and what came of it.", 'display': "How the page is shown, and which part of it.",
}
if 'DOC_LOCAL' in ns: DOC.update(ns['DOC_LOCAL'])
p = Path("kiosk/visit/state.py"); src = p.read_text(); lines = src.split("\n")
tree = ast.parse(src)
cls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Visit")
F = {f: (r, n) for r, d in REC.items() for f, n in d.items()}
recs = {r: [] for r in REC}; keep = []
seen = []
for n in cls.body:
    if not isinstance(n, ast.AnnAssign): continue
    text = "\n".join(lines[n.lineno-1:n.end_lineno]); tail = lines[n.end_lineno-1][n.end_col_offset:]
    name = n.target.id
    if name in F:
        r, new = F[name]; recs[r].append(re.sub(rf"^(\s*){name}:", rf"\1{new}:", text, count=1)); seen.append((r, new))
    else: keep.append(text); 
print("KEPT TOP", [k.strip().split(":")[0] for k in keep])
out = []
for r, fs in recs.items():
    if not fs: print("EMPTY", r); continue
    fs = [f.replace("field(default_factory=dict, repr=False)", "field(default_factory=dict, repr=False)") for f in fs]
    out.append(f'@dataclass(frozen=True)\nclass {CLASS[r]}:\n    """{DOC[r]}"""\n\n' + "\n".join(fs) + "\n")
visit = '@dataclass(frozen=True)\nclass Visit:\n    """One person\'s time at the kiosk, with one record for each group of steps.\n\n    `id` and `application_id` are drawn before it begins. Forgetting is the default of a record.\n    """\n\n' + "\n".join(keep) + "\n" + "\n".join(f"    {r}: {CLASS[r]} = {CLASS[r]}()" for r, fs in recs.items() if fs)
start = min([cls.lineno] + [d.lineno for d in cls.decorator_list]) - 1
new = lines[:start] + ("\n\n\n".join(out) + "\n\n\n" + visit).split("\n") + lines[cls.end_lineno:]
p.write_text("\n".join(new))
