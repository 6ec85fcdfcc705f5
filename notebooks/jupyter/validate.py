"""Holds notebooks against the schema of nbformat; called by lint.go.

    validate.py NOTEBOOK...

Prints one line for each notebook that is wrong: its name, where, and why.
"""
import sys
import warnings
from pathlib import Path

import nbformat

warnings.simplefilter("error")  # nbformat only warns of cells that lack an id

for path in map(Path, sys.argv[1:]):
    try:
        nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))
    except nbformat.ValidationError as e:
        where = "/".join(map(str, getattr(e, "path", []) or []))
        print(f"{path.name}: {where}: {e.message.splitlines()[0]}")
    except Exception as e:
        print(f"{path.name}: {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}")
