"""Executes notebooks through their kernel; called by run.go.

    execute.py KERNEL OUT NOTEBOOK...

Writes OUT/<name>.ipynb and OUT/<name>.html, and one JSON object a line on
standard output: {"notebook", "cell", "cells"} after each cell, then
{"notebook", "done": true} or {"notebook", "failed": cell, "error", "source"}.
"""
import json
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter


def say(**fields):
    print(json.dumps(fields), flush=True)


def execute(kernel, out, path):
    nb = nbformat.read(path, as_version=4)
    code = [i for i, c in enumerate(nb.cells) if c.cell_type == "code" and c.source.strip()]
    at = None

    def started(cell, cell_index, **_):
        nonlocal at
        at = cell_index

    def executed(cell, cell_index, **_):
        if cell_index in code:
            say(notebook=path.name, cell=code.index(cell_index) + 1, cells=len(code))

    client = NotebookClient(
        nb, kernel_name=kernel, timeout=600, resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=started, on_cell_executed=executed)
    failure = None
    try:
        client.execute()
    except CellExecutionError as e:
        failure = dict(failed=at + 1, error=first_error(nb.cells[at]) or str(e).strip(), source=nb.cells[at].source)
    except Exception as e:  # the kernel died, or a cell took too long
        failure = dict(failed=(at or 0) + 1, error=f"{type(e).__name__}: {e}".strip().splitlines()[0], source="")
    # The executed copy is written in either case: it shows the failing cell.
    write(out / path.name, nbformat.writes(nb))
    body, _ = HTMLExporter(embed_images=True).from_notebook_node(nb)
    write(out / (path.stem + ".html"), body)
    if failure:
        say(notebook=path.name, **failure)
    else:
        say(notebook=path.name, done=True)


def first_error(cell):
    """The line the reader sees first: what the program printed before it ended, else the kernel's error."""
    errors = [o for o in cell.outputs if o.output_type == "error"]
    stderr = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")
    for text in [stderr] + [e.evalue for e in errors]:
        for line in text.splitlines():
            if line.strip():
                return re.sub(r"^\S*main\.go:\d+:\d+: ", "", line.strip())  # GoNB's file, not the reader's
    return ""


def write(path, text):
    tmp = path.with_name("." + path.name)
    tmp.write_text(text, encoding="utf-8")
    tmp.replace(path)


if __name__ == "__main__":
    kernel, out, paths = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    out.mkdir(parents=True, exist_ok=True)
    for p in paths:
        execute(kernel, out, Path(p))
