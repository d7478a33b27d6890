"""Import-aware rename of top-level names. usage: rename_defs.py FILE ; lines: `module.dotted Old New` (New may not clash)."""
import ast, subprocess, sys, re
from pathlib import Path
plan = [l.split("#")[0].split() for l in Path(sys.argv[1]).read_text().splitlines() if l.split("#")[0].strip()]
by = {}
for m, o, n in plan: by.setdefault(m, {})[o] = n
def path_of(m):
    p = Path(m.replace(".", "/") + ".py")
    return p if p.exists() else Path(m.replace(".", "/")) / "__init__.py"
for m in by:
    if not path_of(m).exists(): print("NO MODULE", m)
    else:
        names = {x for n in ast.parse(path_of(m).read_text()).body for x in ([n.name] if isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) else [t.id for t in getattr(n, "targets", []) if isinstance(t, ast.Name)] + ([n.target.id] if isinstance(n, ast.AnnAssign) else []))}
        for o in by[m]:
            if o not in names: print("NO NAME", m, o)
def byte_offsets(src):
    out = [0]
    for l in src.split("\n"): out.append(out[-1] + len(l.encode()) + 1)
    return out
files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.py"], capture_output=True, text=True).stdout.split()
for f in files:
    p = Path(f)
    if not p.exists(): continue
    src = p.read_text()
    try: tree = ast.parse(src)
    except SyntaxError: print("SYNTAX", f); continue
    me = f[:-3].replace("/", ".").removesuffix(".__init__")
    local = dict(by.get(me, {}))       # names to rename in this file
    alias = {}                         # alias -> module
    importsubs = []
    for n in ast.walk(tree):
        if isinstance(n, ast.ImportFrom) and n.module and n.level == 0:
            for a in n.names:
                if n.module in by and a.name in by[n.module]:
                    importsubs.append((a, by[n.module][a.name]))
                    if a.asname is None: local[a.name] = by[n.module][a.name]
                full = f"{n.module}.{a.name}"
                if full in by: alias[a.asname or a.name] = full
        elif isinstance(n, ast.Import):
            for a in n.names:
                if a.name in by and a.asname: alias[a.asname] = a.name
    subs = []
    off = byte_offsets(src)
    def at(line, col): return off[line-1] + col
    raw = src.encode()
    for a, new in importsubs:
        s = at(a.lineno, a.col_offset); subs.append((s, s + len(a.name.encode()), new))
    shadow = set()
    for n in ast.walk(tree):
        if isinstance(n, ast.arg) and n.arg in local: shadow.add(n.arg)
    for n in ast.walk(tree):
        if isinstance(n, ast.Name) and n.id in local:
            s = at(n.lineno, n.col_offset); subs.append((s, s + len(n.id.encode()), local[n.id]))
        elif isinstance(n, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)) and n.name in local and n in tree.body:
            line = src.split("\n")[n.lineno-1]; m = re.match(r"(async def|def|class)\s+", line)
            s = at(n.lineno, 0) + len(m.group(0).encode()); subs.append((s, s + len(n.name.encode()), local[n.name]))
        elif isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in alias:
            mod = alias[n.value.id]
            if n.attr in by[mod]:
                e = at(n.end_lineno, n.end_col_offset); subs.append((e - len(n.attr.encode()), e, by[mod][n.attr]))
        elif isinstance(n, ast.Constant) and isinstance(n.value, str):
            for m in by:
                for o, w in by[m].items():
                    if n.value.startswith(f"{m}.{o}"):
                        seg = raw[at(n.lineno, n.col_offset):at(n.end_lineno, n.end_col_offset)]
                        new = seg.replace(f"{m}.{o}".encode(), f"{m}.{w}".encode())
                        subs.append((at(n.lineno, n.col_offset), at(n.end_lineno, n.end_col_offset), new.decode()))
            if n.value in local and f.startswith(("kiosk", "drivers", "central", "screens", "wiring")):
                pass
    # quoted annotations
    if shadow: print("SHADOW", f, shadow)
    existing = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} | {a.asname or a.name for n in ast.walk(tree) if isinstance(n, (ast.ImportFrom,)) for a in n.names}
    for o, w in local.items():
        if w in existing and w not in local: print("CLASH", f, o, "->", w)
    if subs:
        for s, e, new in sorted(set(subs), reverse=True): raw = raw[:s] + new.encode() + raw[e:]
        p.write_text(raw.decode())
