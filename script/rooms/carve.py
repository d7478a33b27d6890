"""Move top-level definitions between modules. usage: carve.py FILE ; lines: `old/mod.py new/mod.py Name Name...`
Docstring of a new module: after ` | `."""
import ast, subprocess, sys
from pathlib import Path

def dotted(p): return p[:-3].removesuffix("/__init__").replace("/", ".")
plan = []
for line in Path(sys.argv[1]).read_text().splitlines():
    line = line.split("#")[0].strip()
    if not line: continue
    head, _, doc = line.partition("|")
    old, new, *names = head.split()
    plan.append((old, new, names, doc.strip()))

def top_names(node):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)): return [node.name]
    if isinstance(node, ast.Assign): return [t.id for t in node.targets if isinstance(t, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name): return [node.target.id]
    return []

for old, new, names, doc in plan:
    src = Path(old).read_text(); tree = ast.parse(src); lines = src.split("\n")
    take = []; body = tree.body
    for i, node in enumerate(body):
        if set(top_names(node)) & set(names):
            start = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
            end = node.end_lineno
            if i + 1 < len(body) and isinstance(body[i+1], ast.Expr) and isinstance(body[i+1].value, ast.Constant): end = body[i+1].end_lineno
            while start > 1 and lines[start-2].startswith("#"): start -= 1
            take.append((start, end))
    found = {n for node in body for n in top_names(node)} & set(names)
    if found != set(names): print("MISSING", old, set(names) - found); 
    chunk = "\n\n\n".join("\n".join(lines[s-1:e]) for s, e in take)
    imports = "\n".join("\n".join(lines[n.lineno-1:n.end_lineno]) for n in body if isinstance(n, (ast.Import, ast.ImportFrom)) and getattr(n, "module", "") not in ("__future__", dotted(new)))
    rest = [l for k, l in enumerate(lines, 1) if not any(s <= k <= e for s, e in take)]
    rest_src = "\n".join(rest)
    used = {n.id for n in ast.walk(ast.parse(rest_src)) if isinstance(n, ast.Name)} | {n.value.id for n in ast.walk(ast.parse(rest_src)) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)}
    back = sorted(set(names) & used)
    if back:
        at = max(n.end_lineno for n in ast.parse(rest_src).body if isinstance(n, (ast.Import, ast.ImportFrom)))
        rl = rest_src.split("\n"); rl.insert(at, f"from {dotted(new)} import {', '.join(back)}"); rest_src = "\n".join(rl)
    Path(old).write_text(rest_src)
    p = Path(new)
    if p.exists():
        t = p.read_text(); tt = ast.parse(t)
        last = [n.end_lineno for n in tt.body if isinstance(n, (ast.Import, ast.ImportFrom))]
        tl = t.split("\n"); at = max(last) if last else (tt.body[0].end_lineno if tt.body else 0)
        # never import from itself
        imports = "\n".join(i for i in imports.split("\n"))
        tl.insert(at, imports); t = "\n".join(tl).rstrip() + "\n\n\n" + chunk + "\n"
    else:
        p.parent.mkdir(parents=True, exist_ok=True)
        t = f'"""{doc or "TODO"}"""\n\nfrom __future__ import annotations\n\n{imports}\n\n\n{chunk}\n'
    # names needed from the old module itself
    need = {n.id for n in ast.walk(ast.parse(chunk)) if isinstance(n, ast.Name)} & {x for node in ast.parse(rest_src).body for x in top_names(node)}
    if need:
        t = t.replace(chunk, "", 1); tt = ast.parse(t); at = max(n.end_lineno for n in tt.body if isinstance(n, (ast.Import, ast.ImportFrom)))
        tl = t.split("\n"); tl.insert(at, f"from {dotted(old)} import {', '.join(sorted(need))}"); t = "\n".join(tl).rstrip() + "\n\n\n" + chunk + "\n"
        print("NOTE", new, "needs from", old, sorted(need))
    p.write_text(t)
    subprocess.run(["git", "add", new])
    om, nm = dotted(old), dotted(new)
    opkg, _, obase = om.rpartition(".")
    for f in subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True).stdout.split():
        if f in (old,): continue
        s = Path(f).read_text()
        if obase not in s: continue
        tr = ast.parse(s); ls = s.split("\n"); edits = []
        alias = None
        for n in ast.walk(tr):
            if isinstance(n, ast.ImportFrom) and n.module == om:
                go = [a for a in n.names if a.name in names]; stay = [a for a in n.names if a.name not in names]
                if go:
                    ind = " " * n.col_offset; out = []
                    fmt = lambda al: ", ".join(a.name + (f" as {a.asname}" if a.asname else "") for a in al)
                    if stay: out.append(f"{ind}from {om} import {fmt(stay)}")
                    if f != new: out.append(f"{ind}from {nm} import {fmt(go)}")
                    if not out: out = [f"{ind}pass"] if n.col_offset else [""]
                    edits.append((n.lineno, n.end_lineno, out))
            if isinstance(n, ast.ImportFrom) and n.module == opkg:
                for a in n.names:
                    if a.name == obase: alias = a.asname or a.name
        for a, b, out in sorted(edits, reverse=True): ls[a-1:b] = out
        s2 = "\n".join(ls)
        if alias:
            import re
            for name in names:
                if re.search(rf"(?<![\w.]){alias}\.{name}\b", s2):
                    s2 = re.sub(rf"(?<![\w.]){alias}\.{name}\b", name, s2)
                    tr2 = ast.parse(s2); at = max(n.end_lineno for n in tr2.body if isinstance(n, (ast.Import, ast.ImportFrom)))
                    l2 = s2.split("\n"); l2.insert(at, f"from {nm} import {name}"); s2 = "\n".join(l2)
        if s2 != s: Path(f).write_text(s2)
