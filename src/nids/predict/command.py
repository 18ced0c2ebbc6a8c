"""`aeflow predict`: what it reads, writes and prints."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tqdm import tqdm

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.predict.model import Model
from nids.predict.output import output
from nids.predict.run import Found, Wanted, judge
from nids.predict.shown import classes_table, last_lines, reasons_table, score_tables, top_table


def predict(
    model: Path,
    flows: tuple[str, ...],
    target: str | None,
    classifier: str,
    rule: str,
    threshold: float | None,
    prior: str | None,
    top: int,
    explain: int,
    score: bool,
    rename: str | None,
) -> None:
    """Score flows; see `aeflow predict --help`. Ends the process with 3 if a flow could not be scored."""
    loaded = Model.load(model, classifier)
    if rename is not None:
        loaded.rename(_names(rename))
    found = Found()
    wanted = Wanted(rule, threshold, prior, max(top, explain), score)
    # Tables for people go where the rows do not.
    tables = sys.stderr if target == "-" else sys.stdout
    with ExitStack() as stack:
        paths = [stack.enter_context(_stdin()) if name == "-" else Path(name) for name in flows]
        out = None if target is None else stack.enter_context(output(target))
        bar = stack.enter_context(tqdm(desc="flows", unit="", unit_scale=True, disable=None, file=sys.stderr))
        for frame in judge(loaded, paths, wanted, found):
            bar.update(len(frame))
            if out is not None:
                out.write(frame)
    manifest = loaded.manifest_
    parts = [classes_table(found, manifest.classes)]
    if found.top and top:
        parts.append(top_table(found, manifest.classes, top))
    if found.top and explain:
        parts.append(reasons_table(found, loaded, explain))
    if score:
        parts.append(score_tables(found.answers, manifest.classes, manifest.normal))
    print("\n\n".join(["", *parts]).lstrip("\n"), file=tables)
    print("", *last_lines(found), sep="\n", file=tables)
    if found.not_scored:
        raise SystemExit(3)


@contextmanager
def _stdin() -> Iterator[Path]:
    """Give a file with what comes on stdin: its format shows at its beginning, and its size is not known."""
    with tempfile.NamedTemporaryFile(prefix="stdin-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)


def _names(text: str) -> dict[str, str]:
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise InputError(f'--rename: {quoted(text)} is no mapping of names in JSON; give \'{{"theirs": "ours"}}\'')
    return names
