"""Turn the flat fields of Visit into nested records, tree-wide. Run in the repo root after renames."""
import ast, re, subprocess, sys, collections
from pathlib import Path
REC = {
 'identity': dict(consent='consent', card='card'),
 'proof': dict(proof='accepted', tries='tries', face_began='began_at', turn_only='turns_only', hint='hint'),
 'facts': dict(shared='shared', situation='situation', disputed='disputed', declared='declared', draft='draft', begun_by='draft_from'),
 'choice': dict(unwanted='unwanted', ticked='ticked', insisted='insisted'),
 'entry': dict(typed='typed', written='written', letters='letters', by_letters='by_letters', strokes='strokes', signs='signs'),
 'papers': dict(papers='settled', captured='captured', capturing='capturing'),
 'signature': dict(ink='ink', confirmed_at='confirmed_at'),
 'outcome': dict(receipt='receipt', pending='pending', filed_elsewhere='filed_elsewhere', grade='grade'),
 'progress': dict(states='states', due='due', case_number='case_number', slip='slip'),
 'staff': dict(staff='session', leaving='leaving', taken_over='taken_over', staff_card='card_number', knocking='checking', wait='wait', vouch_reason='vouch_reason', checked_by='checked_by'),
 'desk': dict(desk='content', month='month', correcting='correcting', handing_in='handing_in', brought='brought'),
 'on_behalf': dict(way='way', proxy='proxy', typing='typing', principal='principal', authority='authority'),
 'maintenance': dict(sheet='report', noted='noted', trial='test', trials='tests', found='found', offer='offer', writing='writing'),
 'help': dict(called='called', bell='bell'),
 'display': dict(view='view', part='part', leaf='leaf', about='about', printing='printing'),
}
QREC=('staff','desk','papers','proof')
REC={('q_'+r if r in QREC else r):d for r,d in REC.items()}
exec(Path("script/rooms/nested_local.py").read_text()) if Path("script/rooms/nested_local.py").exists() else None
CLASS = {'identity':'PersonIdentity','proof':'ProofState','facts':'FactsState','choice':'ServiceChoice','entry':'TextEntry','papers':'PaperChoices','signature':'SignatureState','outcome':'FilingOutcome','progress':'CaseProgress','staff':'StaffState','desk':'DeskState','on_behalf':'OnBehalf','maintenance':'MaintenanceState','help':'HelpCall','display':'DisplayState'}
CLASS.update(globals().get('NEW_CLASS',{}))
CLASS={('q_'+r if r in QREC else r):c for r,c in CLASS.items()}
F = {f: (r, n) for r, d in REC.items() for f, n in d.items()}
NAMES = set("visit before after decided cleared arrived moved turned shown_visit current named signed proved met later_visit waiting_visit".split())
NAMES |= NAMES_EXTRA; NAMES -= {"signed"}
def is_visit(e, extra):
    if isinstance(e, ast.Name): return e.id in NAMES | extra
    if isinstance(e, ast.Attribute): return e.attr in ('visit','_visit', 'before', 'after') and not (isinstance(e.value, (ast.Name, ast.Attribute)) and ast.unparse(e.value).split('.')[-1] in ('settings','here','config'))
    if isinstance(e, ast.Call):
        u = ast.unparse(e.func)
        if u.startswith('draft_of'): return False
        return u in ('Visit','_anew','leave_out','not_written','type_pin','turn_away','restore','forget') or u.endswith('_visit') or u.endswith('.visit') or (u == 'replace' and e.args and is_visit(e.args[0], extra))
    return False
def offs(src):
    out=[0]
    for l in src.split('\n'): out.append(out[-1]+len(l.encode())+1)
    return out
for f in subprocess.run(["git","ls-files","-co","--exclude-standard","*.py"],capture_output=True,text=True).stdout.split():
    p = Path(f)
    if not p.exists() or f == 'kiosk/visit/state.py': continue
    if not f.startswith(('kiosk/','wiring/','tests/','script/','screens/')): continue
    src = p.read_text()
    if 'visit' not in src.lower(): continue
    for _ in range(4):  # nested replaces: inside out
        tree = ast.parse(src); off = offs(src); raw = src.encode(); subs = []
        # names annotated as Visit
        extra = {a.arg for n in ast.walk(tree) if isinstance(n, ast.arg) for a in [n] if n.annotation is not None and ast.unparse(n.annotation) in ('Visit','Visit | None')}
        done = 0
        for n in ast.walk(tree):
            if isinstance(n, ast.Call) and ast.unparse(n.func) in ('replace','dataclasses.replace') and n.args and ((f.startswith('kiosk/visit/') and isinstance(n.args[0], ast.Call) and any(k.arg in F for k in n.keywords) and 'visit' in ast.unparse(n.args[0]) and 'draft_of' not in ast.unparse(n.args[0])) or is_visit(n.args[0], extra) or any(k.arg in ('staff_card','knocking','face_began') for k in n.keywords)):
                flat = [k for k in n.keywords if k.arg in F and not (k.arg == F[k.arg][0] and isinstance(k.value, ast.Call) and ast.unparse(k.value.func) in ('replace', CLASS[k.arg]) and k.arg in REC and ast.unparse(k.value).startswith(('replace(%s.%s' % (ast.unparse(n.args[0]), k.arg), CLASS[k.arg])))]
                if not flat: continue
                if any(isinstance(x, ast.Call) and ast.unparse(x.func) == 'replace' and x is not n and any(k.arg in F for k in x.keywords) and is_visit(x.args[0], extra) for x in ast.walk(n)):
                    continue  # inner first
                base = n.args[0]; btxt = raw[off[base.lineno-1]+base.col_offset:off[base.end_lineno-1]+base.end_col_offset].decode()
                simple = isinstance(base, (ast.Name, ast.Attribute))
                bname = btxt if simple else 'base'
                first = btxt if simple else f"base := {btxt}"
                groups = collections.OrderedDict(); rest = []
                for k in n.keywords:
                    val = raw[off[k.value.lineno-1]+k.value.col_offset:off[k.value.end_lineno-1]+k.value.end_col_offset].decode()
                    if isinstance(k.value, (ast.GeneratorExp,)): val = f"({val})"
                    if k in flat: groups.setdefault(F[k.arg][0], []).append(f"{F[k.arg][1]}={val}")
                    elif k.arg is None: rest.append(f"**{val}")
                    else: rest.append(f"{k.arg}={val}")
                if not simple: print("WALRUS", f, n.lineno)
                new = f"replace({first}, " + ", ".join(rest + [f"{r}=replace({bname}.{r}, {', '.join(v)})" for r, v in groups.items()]) + ")"
                subs.append((off[n.lineno-1]+n.col_offset, off[n.end_lineno-1]+n.end_col_offset, new)); done += 1
            elif isinstance(n, ast.Call) and ast.unparse(n.func) == 'Visit' and any(k.arg in F and not (isinstance(k.value, ast.Call) and ast.unparse(k.value.func) in CLASS.values()) and not (isinstance(k.value, ast.Attribute) and k.value.attr == k.arg and k.arg in REC) for k in n.keywords):
                groups = collections.OrderedDict(); rest = [raw[off[a.lineno-1]+a.col_offset:off[a.end_lineno-1]+a.end_col_offset].decode() for a in n.args]
                for k in n.keywords:
                    val = raw[off[k.value.lineno-1]+k.value.col_offset:off[k.value.end_lineno-1]+k.value.end_col_offset].decode()
                    if k.arg in F: groups.setdefault(F[k.arg][0], []).append(f"{F[k.arg][1]}={val}")
                    elif k.arg is None: rest.append(f"**{val}"); print("STARSTAR", f, n.lineno)
                    else: rest.append(f"{k.arg}={val}")
                subs.append((off[n.lineno-1]+n.col_offset, off[n.end_lineno-1]+n.end_col_offset, "Visit(" + ", ".join(rest + [f"{r}={CLASS[r]}({', '.join(v)})" for r, v in groups.items()]) + ")"))
                print("CTOR", f, n.lineno, [CLASS[r] for r in groups]); done += 1
        if not subs: break
        # non-overlapping: drop those contained in others
        subs = [s for s in subs if not any(o is not s and o[0] <= s[0] and s[1] <= o[1] for o in subs)] if False else subs
        taken = []; 
        for s in sorted(subs, key=lambda s: s[1]-s[0]):
            if all(s[1] <= t[0] or s[0] >= t[1] for t in taken): taken.append(s)
        for s, e, new in sorted(taken, reverse=True): raw = raw[:s] + new.encode() + raw[e:]
        src = raw.decode()
    # attributes
    tree = ast.parse(src); off = offs(src); raw = src.encode(); subs = []
    extra = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg) and n.annotation is not None and ast.unparse(n.annotation) in ('Visit','Visit | None')}
    for n in ast.walk(tree):
        if isinstance(n, ast.Attribute) and n.attr in F and is_visit(n.value, extra):
            r, new = F[n.attr]
            e = off[n.end_lineno-1]+n.end_col_offset
            subs.append((e - len(n.attr), e, f"{r}.{new}"))
    # those made by the replace rewriting: `visit.rec` as the first argument of replace, keep
    keepers = set()
    for n in ast.walk(tree):
        if isinstance(n, ast.Call) and ast.unparse(n.func) == 'replace' and n.args and isinstance(n.args[0], ast.Attribute) and n.args[0].attr in REC and is_visit(n.args[0].value, extra):
            a = n.args[0]
            inner_new = {v for v in REC[a.attr].values()}
            if all(k.arg in inner_new for k in n.keywords):
                e = off[a.end_lineno-1]+a.end_col_offset; keepers.add((e - len(a.attr), e))
    for s, e, new in sorted(set(subs), reverse=True):
        if (s, e) in keepers: continue
        raw = raw[:s] + new.encode() + raw[e:]
    out = re.sub(r'\bq_(staff|desk|papers|proof)\b', r'\1', raw.decode())
    if out != p.read_text(): p.write_text(out)
