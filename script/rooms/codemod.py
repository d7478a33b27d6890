"""Move modules by a map and rewrite every import and mention. usage: codemod.py MAPFILE (in the repo root)

MAPFILE lines: `old/path.py -> new/path.py` (modules), `# comment`. Tests are moved by the same lines.
"""
import ast, os, re, subprocess, sys
from pathlib import Path

ROOT = Path.cwd()
moves = {}
for line in Path(sys.argv[1]).read_text().splitlines():
    line = line.split("#")[0].strip()
    if "->" in line:
        a, b = (p.strip() for p in line.split("->"))
        if Path(a).exists():
            moves[a] = b
        elif not Path(b).exists():
            print("MISSING", a)
def dotted(p): return p[:-3].removesuffix("/__init__").replace("/", ".")
mods = {dotted(a): dotted(b) for a, b in moves.items() if a.endswith(".py")}

# 1. git mv
for a, b in moves.items():
    Path(b).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "mv", a, b], check=True)
# __init__ for new packages
files = subprocess.run(["git", "ls-files"], capture_output=True, text=True).stdout.split("\n")
for f in [f for f in files if f.endswith(".py")]:
    d = Path(f).parent
    while str(d) != "." and d.parts[0] in ("kiosk", "drivers", "central", "screens", "wiring"):
        init = d / "__init__.py"
        if not init.exists():
            init.write_text(f'"""TODO {d}."""\n'); subprocess.run(["git", "add", str(init)])
            print("NEW PACKAGE", d)
        d = d.parent

def rewrite_py(path):
    text = path.read_text()
    try: tree = ast.parse(text)
    except SyntaxError as e: print("SYNTAX", path, e); return
    lines = text.split("\n")
    edits = []  # (start line, end line, new text)
    renames = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            groups = {}
            changed = False
            for al in node.names:
                full = f"{node.module}.{al.name}"
                if full in mods:  # a submodule taken from its package
                    new = mods[full]; pkg, _, base = new.rpartition(".")
                    if pkg == node.module and base == al.name: groups.setdefault(node.module, []).append((al.name, al.asname)); continue
                    changed = True
                    asname = al.asname
                    if asname is None and base != al.name: renames[al.name] = base
                    groups.setdefault(pkg, []).append((base, asname))
                else:
                    m = mods.get(node.module, node.module)
                    changed |= m != node.module
                    groups.setdefault(m, []).append((al.name, al.asname))
            if changed:
                ind = " " * node.col_offset
                tail = lines[node.end_lineno - 1][node.end_col_offset:] if False else ""
                new = []
                for m, names in groups.items():
                    body = ", ".join(n + (f" as {a}" if a else "") for n, a in names)
                    new.append(f"{ind}from {m} import ({body})" if False else f"{ind}from {m} import {body}")
                seg = "\n".join(lines[node.lineno - 1: node.end_lineno])
                com = re.findall(r"#.*", seg)
                if com: new[0] += "  " + " ".join(com)
                edits.append((node.lineno, node.end_lineno, "\n".join(new)))
        elif isinstance(node, ast.Import):
            for al in node.names:
                if al.name in mods: print("PLAIN IMPORT", path, node.lineno, al.name)
    for s, e, new in sorted(edits, reverse=True):
        lines[s - 1:e] = new.split("\n")
    text = "\n".join(lines)
    if renames:
        out = text
        for old, new in renames.items():
            if re.search(rf"(?<![\w.]){new}\b(?!\s*import)", "\n".join(l for l in out.split("\n") if "import" not in l)):
                print("CHECK NAME CLASH", path, old, new)
            out = "\n".join(l if re.match(r"\s*(from|import) ", l) else re.sub(rf"(?<![\w.\"'/]){old}\.(?=[a-zA-Z_])", f"{new}.", l) for l in out.split("\n"))
        text = out
    path.write_text(text)

for f in subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True).stdout.split():
    rewrite_py(Path(f))

# 2. mentions: dotted names in strings, paths in any text
path_map = dict(moves)
keys = sorted(set(mods) | set(path_map), key=len, reverse=True)
rx = re.compile(r"(?<![\w./-])(" + "|".join(map(re.escape, keys)) + r")(?![\w]|/)") if keys else None
def sub(m):
    k = m.group(1); return path_map.get(k) or mods[k]
for f in subprocess.run(["git", "ls-files"], capture_output=True, text=True).stdout.split("\n"):
    p = Path(f)
    if not f or not p.is_file() or p.suffix in {".opus", ".png", ".otf", ".onnx", ".jpg", ".ttf", ".gz", ".pdf"} or p.stat().st_size > 2_000_000 or f.startswith(("CHANGELOG",)): continue
    try: t = p.read_text()
    except UnicodeDecodeError: continue
    n = rx.sub(sub, t)
    if n != t: p.write_text(n)
