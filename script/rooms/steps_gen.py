"""Generate kiosk/visit/steps/* and shared action modules from the flat kiosk/visit modules (run in repo root, before moves)."""
import ast, collections, re, sys
from pathlib import Path
sys.path.insert(0, "script/rooms")
V = Path("kiosk/visit")
STEPS = {
 'idle':'IDLE OUT_OF_SERVICE','guide':'GUIDE','progress':'FINDING SLIP PROGRESS','started_elsewhere':'SCAN','notice':'NOTICE','identity_card':'CARD','face_check':'PROOF',
 'other_proof':'OTHER_PROOF LEAFLET','vouching':'VOUCHING','on_behalf':'PRINCIPAL','authority':'AUTHORITY','second_check':'SECOND','facts':'FACTS','services':'CHOOSE',
 'questions':'FORM','papers':'MATERIALS','review':'REVIEW SIGNING','submission':'SUBMITTING RECEIPT','rating':'RATING','wiping':'WIPING','staff_login':'LOGIN CODE','desk':'DESK REPORT',
 'shift_handover':'HANDOVER','correction':'CORRECTING','maintenance':'MAINTENANCE SHEET','guided_tests':'GUIDED','settings_import':'SEEKING IMPORTING'}
exec(Path("script/rooms/steps_local.py").read_text()) if Path("script/rooms/steps_local.py").exists() else None
STEP = {s: k for k, v in STEPS.items() for s in v.split()}
ACT = ['acting','actions','answering','authorising','begun','checking','choosing','finding','guards','handing_over','maintaining','mending','staffing','waiting'] + EXTRA_ACT
PAGES = sorted(f.stem for f in V.glob('pages_*.py'))
TABLES = ['table','table_staff','table_upkeep'] + EXTRA_TABLES
mods = {f.stem: ast.parse(f.read_text()) for f in V.glob('*.py')}
text = {f.stem: f.read_text() for f in V.glob('*.py')}

def imports(tree):
    al, nm, ext = {}, {}, []
    for n in ast.walk(tree):
        if isinstance(n, ast.ImportFrom):
            if n.module == 'kiosk.visit':
                for a in n.names: al[a.asname or a.name] = a.name
            elif n.module and n.module.startswith('kiosk.visit.'):
                for a in n.names: nm[a.asname or a.name] = (n.module.split('.')[-1], a.name)
            elif n.module != '__future__' : ext.append(n)
        elif isinstance(n, ast.Import): ext.append(n)
    return al, nm, ext
imp = {m: imports(t) for m, t in mods.items()}
defs, order = {}, {}
for m, t in mods.items():
    for i, n in enumerate(t.body):
        names = []
        if isinstance(n, (ast.FunctionDef, ast.ClassDef)): names = [n.name]
        elif isinstance(n, ast.Assign):
            for tg in n.targets:
                if isinstance(tg, ast.Name): names.append(tg.id)
                elif isinstance(tg, ast.Tuple): names += [e.id for e in tg.elts]
        elif isinstance(n, ast.AnnAssign): names = [n.target.id]
        for x in names:
            defs[(m, x)] = n; order[(m, x)] = i
def refs(m, node, with_nodes=False):
    al, nm, _ = imp[m]; out = []
    local = set()
    if isinstance(node, ast.FunctionDef):
        for n in ast.walk(node):
            if isinstance(n, ast.arg): local.add(n.arg)
            elif isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store): local.add(n.id)
    for n in ast.walk(node):
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in al:
            k = (al[n.value.id], n.attr)
            if k in defs: out.append((k, n))
        elif isinstance(n, ast.Name) and n.id not in local:
            if n.id in nm and nm[n.id] in defs: out.append((nm[n.id], n))
            elif (m, n.id) in defs: out.append(((m, n.id), n))
    return out if with_nodes else {k for k, _ in out}
graph = {k: refs(k[0], n) - {k} for k, n in defs.items()}
use = collections.defaultdict(set)
rows = []   # (module, call node, step)
ROWFUNCS = {'Row', '_writing', 'door', 'card_and_pin'} | EXTRA_ROWFUNCS
for m in TABLES:
    for n in ast.walk(mods[m]):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in ROWFUNCS and n.args:
            f = n.args[0]
            if isinstance(f, ast.Attribute) and f.attr in STEP:
                rows.append((m, n, f.attr))
                for r in refs(m, n): use[r].add(STEP[f.attr])
stage_page = {}; overlay_page = {}
for n in ast.walk(mods['pages']):
    if isinstance(n, ast.Dict):
        for k, v in zip(n.keys, n.values):
            if isinstance(k, ast.Attribute) and isinstance(v, ast.Name):
                key = imp['pages'][1][v.id]
                if k.value.id == 'Stage':
                    stage_page[k.attr] = key; use[key].add(STEP[k.attr])
                elif k.value.id == 'Overlay':
                    overlay_page[k.attr] = key
for o, s in OVERLAY_STEP.items(): 
    if o in overlay_page: use[overlay_page[o]].add(s)
total = collections.defaultdict(set)
for k, v in use.items(): total[k] |= v
changed = True
SKIP = {'table','pages','row','entries','performer','journal','replay','runner','events','effects','state'}
while changed:
    changed = False
    for k, rs in graph.items():
        if k[0] in SKIP: continue
        for r in rs:
            if not total[k] <= total[r]:
                total[r] |= total[k]; changed = True
# ---- assignment
target = {}
problems = []
for (m, x), n in defs.items():
    if m not in ACT and m not in PAGES: continue
    if (m, x) in SHARED: target[(m, x)] = SHARED[(m, x)]; continue
    if x in SHARED_BY_NAME.get(m, {}): target[(m, x)] = SHARED_BY_NAME[m][x]; continue
    t = total[(m, x)]
    if len(t) == 1:
        (s,) = t
        target[(m, x)] = f"kiosk/visit/steps/{s}/{'page' if m in PAGES else 'actions'}.py"
    else: problems.append(((m, x), sorted(t)))
for p in problems: print("UNASSIGNED", p)
if problems and '--force' not in sys.argv: sys.exit(1)
rename = {}
for st, k in list(stage_page.items()) + list(overlay_page.items()):
    n = k[1]
    if not n.endswith('_page'): rename[k] = n + '_page'
rename.update({k: v for k, v in RENAME.items() if k in defs})
def new_name(k): return rename.get(k, k[1])
def dotted(p): return p[:-3].replace('/', '.')
# class of kept modules (not dissolved)
def home(k): return target.get(k) or f"kiosk/visit/{k[0]}.py"

def offsets(src):
    out = [0]
    for l in src.split('\n'): out.append(out[-1] + len(l.encode()) + 1)
    return out
def render(m, node, here, needs):
    """Source of node with references rewritten; collects needed imports: dict module->set(names)."""
    src = text[m].encode(); off = offsets(text[m])
    start = min([node.lineno] + [d.lineno for d in getattr(node, 'decorator_list', [])])
    a = off[start-1]; b = off[node.end_lineno-1] + node.end_col_offset
    body = mods[m].body
    lines = text[m].split('\n')
    if node in body:
        i = body.index(node)
        if i + 1 < len(body) and isinstance(body[i+1], ast.Expr) and isinstance(body[i+1].value, ast.Constant) and isinstance(body[i+1].value.value, str):
            b = off[body[i+1].end_lineno-1] + body[i+1].end_col_offset
        else:
            # trailing comment on the same line
            endl = off[node.end_lineno] - 1
            b = endl
        while start > 1 and lines[start-2].startswith('#'): start -= 1
        if node in body: a = off[start-1]
    subs = []
    for k, n in refs(m, node, True):
        name = new_name(k)
        s = off[n.lineno-1] + n.col_offset; e = off[n.end_lineno-1] + n.end_col_offset
        if k[0] in ('events', 'effects') and isinstance(n, ast.Attribute):
            needs['kiosk.visit.' + k[0]].add(name); subs.append((s, e, name)); continue
        if home(k) != here: needs[dotted(home(k))].add(name)
        subs.append((s, e, name))
    out = src[a:b]
    for s, e, name in sorted(set(subs), reverse=True):
        out = out[:s-a] + name.encode() + out[e-a:]
    res = out.decode()
    for n in ast.walk(node):
        if isinstance(n, ast.Name): needs['@names'].add(n.id)
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and (m, node.name) in rename:
        res = re.sub(rf"\b(def|class) {node.name}\b", rf"\1 {rename[(m, node.name)]}", res, count=1)
    return res

def narrow(src):
    """Narrow the event parameter to what `expect` names, and drop `expect`."""
    try: f = ast.parse(src).body[0]
    except SyntaxError: return src
    if not isinstance(f, ast.FunctionDef): return src
    kinds = set(re.findall(r"expect\(([A-Za-z_.]+), (?:what|_what|copied)\)", src))
    if len(kinds) == 1:
        (k,) = kinds
        src = re.sub(r"expect\([A-Za-z_.]+, (what|_what|copied)\)", r"\1", src)
        src = re.sub(r"\b(what|_what|copied): Happening\b", rf"\1: {k}", src)
    return src

files = collections.defaultdict(lambda: {'chunks': [], 'needs': collections.defaultdict(set), 'ext': []})
for k in sorted(target, key=lambda k: (ACT + PAGES).index(k[0]) * 10000 + order[k]):
    m, x = k
    node = defs[k]
    h = target[k]
    f = files[h]
    if any(node is n for _, n, _ in f['chunks']): continue
    src = narrow(render(m, node, h, f['needs']))
    f['chunks'].append((k, node, src))
    f['ext'] += [(m, e) for e in imp[m][2]]

def ext_imports(f):
    out = []
    for m, e in f['ext']:
        s = ast.unparse(e)
        if s not in out: out.append(s)
    return out
def write(path, doc, f, extra=''):
    imps = ext_imports(f)
    for mod, names in f['needs'].items():
        if mod == '@names': continue
        if mod == dotted(path): continue
        imps.append(f"from {mod} import {', '.join(sorted(names))}")
    src = f'"""{doc}"""\n\nfrom __future__ import annotations\n\n' + '\n'.join(imps) + '\n\n\n' + '\n\n\n'.join(c[2] for c in f['chunks']) + '\n' + extra
    p = Path(path); p.parent.mkdir(parents=True, exist_ok=True); p.write_text(src)

# ---- transitions
ANEW = {"CardFailed","CodeFailed","CardLifted","FaceFailed","TRY_AGAIN","PRINT","CAPTURE"} | EXTRA_ANEW
by_stage = collections.defaultdict(list)
def kind_src(n):
    if isinstance(n, ast.Constant): return n.value, f"{n.value}"
    return n.attr, f"Act.{n.attr}"
seq = []
def seq_rows():
    """Rows in source order, expanding STAFF_ROWS etc. is not needed: order within a stage is kept per table."""
    for m in TABLES_ORDER:
        for n in sorted((n for mm, n, s in rows if mm == m), key=lambda n: (n.lineno, n.col_offset)): yield m, n
needs_t = collections.defaultdict(lambda: collections.defaultdict(set))
for m, n in seq_rows():
    st = n.args[0].attr; step = STEP[st]; here = f"kiosk/visit/steps/{step}/transitions.py"
    needs = needs_t[step]
    def expr(e):
        needs0 = collections.defaultdict(set)
        src = text[m].encode(); off = offsets(text[m])
        a = off[e.lineno-1] + e.col_offset; b = off[e.end_lineno-1] + e.end_col_offset
        subs = []
        for k, r in refs(m, e, True):
            subs.append((off[r.lineno-1] + r.col_offset, off[r.end_lineno-1] + r.end_col_offset, new_name(k)))
            if home(k) != here: needs[dotted(home(k))].add(new_name(k))
        out = src[a:b]
        for s, t, name in sorted(set(subs), reverse=True): out = out[:s-a] + name.encode() + out[t-a:]
        return out.decode()
    if n.func.id != 'Row':
        args = ', '.join(expr(a) for a in n.args[1:])
        fname = ROWFUNC_NAME[n.func.id]
        needs[ROWFUNC_HOME[n.func.id]].add(fname)
        by_stage[st].append(f"*{fname}({args}),")
        continue
    kind, ks = kind_src(n.args[1]); to = n.args[2].attr
    if not ks.startswith('Act.'): needs['kiosk.visit.events'].add(kind)
    else: needs['kiosk.visit.page'].add('Act')
    needs['kiosk.visit.stages'].add('Stage')
    parts = [ks]
    if to != st: parts.append(f"to=Stage.{to}")
    pos = n.args[3:]; kw = {k.arg: k.value for k in n.keywords}
    action = pos[0] if len(pos) > 0 else kw.get('action'); guard = pos[1] if len(pos) > 1 else kw.get('guard')
    if guard is not None: parts.append(f"when={expr(guard)}")
    if action is not None: parts.append(f"do={expr(action)}")
    anew = 'anew' in kw or (to == st and kind in ANEW)
    if anew and to == st: parts.append("again=True")
    eff = ROW_EFFECTS.get((st, kind, to)) or ROW_EFFECTS.get((st, kind)) or (DO_EFFECTS.get((st, expr(action))) if action is not None else None)
    if eff: parts.append(f"effects={eff}")
    by_stage[st].append(f"On({', '.join(parts)}),")
for st in PICTURE_STAGES:
    by_stage[st].insert(0, '*picture_transitions(),'); needs_t[STEP[st]]['kiosk.visit.devices'].add('picture_transitions')
for step, stages in STEPS.items():
    apath = f"kiosk/visit/steps/{step}/actions.py"; ppath = f"kiosk/visit/steps/{step}/page.py"; tpath = f"kiosk/visit/steps/{step}/transitions.py"
    Path(tpath).parent.mkdir(parents=True, exist_ok=True)
    title = DOC[step]
    Path(f"kiosk/visit/steps/{step}/__init__.py").write_text(f'"""{title}"""\n')
    if ppath in files: write(ppath, PAGE_DOC.get(step, f"Pages of the step: {title[0].lower()}{title[1:]}"), files[ppath])
    body = ''
    needs = needs_t[step]
    for mod, names in EXTRA_NEEDS.get(step, {}).items(): needs[mod] |= set(names.split())
    if step in EXTRA_CODE: body += "\n\n" + EXTRA_CODE[step].strip() + "\n"
    for st in stages.split():
        pk = stage_page[st]
        needs[dotted(home(pk))].add(new_name(pk)); needs['kiosk.visit.transition'] |= {'On', 'Step'}; needs['kiosk.visit.stages'].add('Stage')
        attrs = ''.join(f"    {a},\n" for a in STAGE_ATTRS.get(st, []))
        body += f"\n\n{st} = Step(\n    stage=Stage.{st},\n    page={new_name(pk)},\n{attrs}    transitions=(\n" + ''.join(f"        {r}\n" for r in by_stage[st]) + "    ),\n)\n"
    inline = apath in files and not (ppath in files and dotted(apath) in files[ppath]['needs']) and sum(c[2].count('\n') for c in files[apath]['chunks']) < 170
    if apath in files and inline:
        f = files[apath]
        for mod, names in needs.items(): f['needs'][mod] |= names
        f['needs'].pop(dotted(apath), None)
        write(tpath, f"Transitions of the step: {title[0].lower()}{title[1:]}", f, body)
        MOVED_INLINE = globals().setdefault('MOVED_INLINE', {}); MOVED_INLINE[dotted(apath)] = dotted(tpath)
    else:
        if apath in files: write(apath, f"Guards and actions of the step: {title[0].lower()}{title[1:]}", files[apath])
        f = {'chunks': [], 'needs': needs, 'ext': []}
        write(tpath, f"Transitions of the step: {title[0].lower()}{title[1:]}", f, body)
for path, f in files.items():
    if '/steps/' not in path:
        for mod, names in EXTRA_NEEDS.get(path, {}).items(): f['needs'][mod] |= set(names.split())
        write(path, SHARED_DOC.get(path, "TODO"), f, ("\n\n" + EXTRA_CODE[path].strip() + "\n") if path in EXTRA_CODE else '')
for p in Path('kiosk').rglob('*.py'):
    s = p.read_text(); s0 = s
    for a, b in globals().get('MOVED_INLINE', {}).items(): s = re.sub(rf"from {re.escape(a)} import", f"from {b} import", s)
    if s != s0: p.write_text(s)
# other modules refer to dissolved defs
import subprocess
fix = subprocess.run("git ls-files '*.py'", shell=True, capture_output=True, text=True).stdout.split()
gone = set(ACT) | set(PAGES)
for fpath in fix:
    if not Path(fpath).exists(): continue
    stem = Path(fpath).stem
    if fpath.startswith('kiosk/visit/') and (stem in gone or stem in TABLES): continue
    s = Path(fpath).read_text(); t = ast.parse(s); ls = s.split('\n'); edits = []; al = {}
    for n in ast.walk(t):
        if isinstance(n, ast.ImportFrom) and n.module and n.module.startswith('kiosk.visit.') and n.module.split('.')[-1] in gone:
            m = n.module.split('.')[-1]; groups = collections.defaultdict(list)
            for a in n.names:
                k = (m, a.name)
                if k in target:
                    h = dotted(target[k]); h = globals().get('MOVED_INLINE', {}).get(h, h)
                    nn = new_name(k); groups[h].append(nn + (f" as {a.asname or a.name}" if (a.asname or nn != a.name) else ''))
                else:  # re-exported
                    kk = imp[m][1].get(a.name); print("REEXPORT", fpath, m, a.name, kk); groups[f"kiosk.visit.{kk[0]}" if kk else n.module].append(a.name)
            edits.append((n.lineno, n.end_lineno, [" " * n.col_offset + f"from {h} import {', '.join(v)}" for h, v in groups.items()]))
        elif isinstance(n, ast.ImportFrom) and n.module == 'kiosk.visit':
            for a in n.names:
                if a.name in gone: print("ALIAS IMPORT", fpath, a.name, a.asname)
    for a, b, out in sorted(edits, reverse=True): ls[a-1:b] = out
    if edits: Path(fpath).write_text('\n'.join(ls))
print({p: sum(c[2].count(chr(10)) for c in f['chunks']) for p, f in files.items()})
