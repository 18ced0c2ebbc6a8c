"""Files of flows through a model, chunk after chunk."""

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from aeflow.errors import InputError
from nids.base.quote import quoted
from nids.data.labels import Classes, type_of
from nids.predict.decisions import decided, prior_of, with_prior
from nids.predict.flows import chunks
from nids.predict.model import Model
from nids.predict.output import NOVELTY_DIGITS, said
from nids.predict.prepare import check_names


@dataclass(frozen=True)
class Wanted:
    """How rows are judged: by the decision rule or not, from an attack score on, with other shares of the classes; how
    many rows with the highest attack score are kept, and whether rows are compared with their labels.
    """

    rule: str = "argmax"
    threshold: float | None = None
    prior: str | None = None
    top: int = 10
    score: bool = False


@dataclass
class Found:
    """What was found in all rows: rows, alarms, rows with a problem, rows not scored, rows with an unknown category and
    with a number far outside of the training range; rows by class; ``top``: (attack score, -row, said, features and
    density) of those with the highest attack score; ``novelty``: rows by novelty, rounded; ``novel``: rows with one
    above 0; ``answers``: rows by (type, class, class decided).
    """

    rows: int = 0
    alarms: int = 0
    problems: int = 0
    not_scored: int = 0
    unknown: int = 0
    outside: int = 0
    classes: Counter = field(default_factory=Counter)
    top: list[tuple[float, int, pd.Series, np.ndarray]] = field(default_factory=list)
    novelty: Counter = field(default_factory=Counter)
    novel: int = 0
    answers: Counter = field(default_factory=Counter)
    ignored: dict[str, None] = field(default_factory=dict)


def judge(model: Model, paths: Sequence[Path], wanted: Wanted, found: Found) -> Iterator[pd.DataFrame]:
    """Yield what is said of each flow, in order, as in ``output.said``; ``found`` counts what is in them.

    With several files a column ``file`` comes first.

    Raises InputError for a file that lacks a feature, or the label if rows are to be compared with it, and for a rule
    that the model does not have.
    """
    manifest, encoder = model.manifest_, model.encoder_
    source, classes, normal = manifest.source, model.classes_, manifest.classes.index(manifest.normal)
    if wanted.rule == "budget" and (wanted.prior is not None or wanted.threshold is not None):
        raise InputError("--rule budget: its multipliers are for probabilities as they are; leave out the others")
    multipliers = model.multipliers() if wanted.rule == "budget" else None
    prior = None
    if wanted.prior is not None:
        shares = prior_of(wanted.prior, manifest.rows)
        trained = np.array([manifest.balanced[name] for name in manifest.classes], dtype=np.float64)
        prior = trained / trained.sum(), np.array([shares[name] for name in manifest.classes])
    features = {name: kind != "category" for name, kind in encoder.features.items()}
    label = source.label.column
    # Of a file with the columns of training, the identifiers go with what is said.
    others = [*source.columns.id, *([label] if wanted.score else [])]
    types = Classes(source.label)
    for path in paths:
        for chunk in chunks(path, source, features, others):
            check_names(str(path), chunk.names, encoder.names)
            if wanted.score and label not in chunk.names:
                raise InputError(f"{path}: no column {quoted(label)} to compare with; leave out --score")
            found.ignored |= dict.fromkeys(
                name for name in chunk.names if name not in features and name not in (*others, label)
            )
            prepared = model.prepare(chunk.frame, chunk.broken)
            rows = model.with_density(prepared.features)
            p, novelty = model.probabilities(rows), model.novelty(rows).round(NOVELTY_DIGITS)
            if prior is not None:
                p = with_prior(p, *prior)
            taken = decided(p, manifest.classes, manifest.normal, multipliers, wanted.threshold)
            ids = chunk.frame[[name for name in source.columns.id if name in chunk.frame]]
            if len(paths) > 1:
                ids.insert(0, "file", path.name)
            frame = said(ids, classes, taken, p, normal, novelty, prepared.scored, prepared.problems)
            scored = prepared.scored
            found.classes.update(classes[taken[scored]])
            found.alarms += int((taken[scored] != normal).sum())
            found.problems += int((prepared.problems != "").sum())
            found.not_scored += int((~scored).sum())
            found.novelty.update(np.rint(novelty[scored]).astype(int).tolist())
            found.novel += int((novelty[scored] > 0).sum())
            found.unknown += prepared.unknown
            found.outside += prepared.outside
            if wanted.score:
                found.answers.update(_answers(chunk.frame[label], types, source.label.empty, classes[taken], scored))
            _keep_top(found, frame, rows, wanted.top)
            found.rows += len(frame)
            yield frame


def _keep_top(found: Found, frame: pd.DataFrame, rows: np.ndarray, most: int) -> None:
    scores = frame["attack"].to_numpy()
    for i in np.argsort(-scores, kind="stable")[:most]:
        if not np.isnan(scores[i]):
            entry = (float(scores[i]), -(found.rows + int(i)), frame.iloc[i], rows[i])
            if len(found.top) < most:
                heapq.heappush(found.top, entry)
            elif entry[:2] > found.top[0][:2]:
                heapq.heapreplace(found.top, entry)


def _answers(
    labels: pd.Series, types: Classes, empty: str | None, taken: np.ndarray, scored: np.ndarray
) -> Counter[tuple[str, str, str]]:
    """Return the rows by type, class and class decided; types of no class, or left out, have the class ""."""
    names = [type_of(text) for text in labels.fillna("").astype("str")]
    of = {}
    for name in set(names):
        given = name or empty or ""
        try:
            of[name] = given, types.of(given) or ""
        except InputError:
            of[name] = given, ""
    return Counter((*of[name], found) for name, found in zip(np.array(names)[scored], taken[scored], strict=True))
