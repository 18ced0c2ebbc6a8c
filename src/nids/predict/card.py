"""The model card: what a model is, what it was made of, how good it is, and what it must not be used for."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nids.data.dataset import Dataset
from nids.detect import CLASSIFIERS
from nids.methods import METHODS
from nids.predict.manifest import Manifest

EXAMPLES = "examples.csv"


def card(
    manifest: Manifest, dataset: Dataset, summary: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]
) -> str:
    """Return the card as Markdown.

    summary: ``{classifier: {"weighted_f1", "macro_f1", "recall": {class: ...}}}`` on the test set; rules: the decision
    rule of each classifier that has one, with what it gives on held-out rows.
    """
    method, normal = METHODS[manifest.method], manifest.normal
    shown = dataset.shown
    scores = _table(
        ["Classifier", "Weighted F1", "Macro F1", *(f"Recall {name}" for name in shown), "False alarms"],
        [
            [
                CLASSIFIERS[name],
                *(_percent(found[key]) for key in ("weighted_f1", "macro_f1")),
                *(_percent(found["recall"][of]) for of in shown),
                _percent(1 - found["recall"][normal]),
            ]
            for name, found in summary.items()
        ],
    )
    rows = _table(
        ["Class", "Training rows", "Rows that the classifiers saw"],
        [[name, f"{manifest.rows[name]:,}", f"{manifest.balanced[name]:,}"] for name in shown],
    )
    parts = [
        f"# {method.name} on {manifest.dataset}",
        f"Classifiers of network flows, fitted to the training set of {manifest.dataset} as {method.name} has balanced "
        f"it, with random state {manifest.seed}. `aeflow predict` scores flows with them.",
        "    aeflow predict FOLDER FLOWS.csv\n    aeflow predict FOLDER FLOWS.csv -o scored.csv",
        "## Data",
        f"Trained on {dataset.train}, tested on {dataset.test}. {len(manifest.ranges)} of "
        f"{len(manifest.ranges) + len(manifest.source.columns.categorical)} features are numbers.",
        rows,
        f"## Scores on {dataset.test}, in percent",
        scores,
        f"By arg max, means over all random states. A false alarm is a row of {normal} that is taken for an attack.",
    ]
    if rules:
        parts += [
            "## Decision rules",
            _table(
                ["Classifier", "Macro recall of held-out rows", "False alarms on held-out rows", "Multipliers"],
                [
                    [
                        CLASSIFIERS[name],
                        _percent(rule["macro_recall"]["decided"]),
                        _percent(rule["false_alarm_rate"]["decided"]),
                        ", ".join(f"{of} {rule['multipliers'][of]:g}" for of in shown),
                    ]
                    for name, rule in rules.items()
                ],
            ),
            f"Chosen on {dataset.held_out} of {dataset.train}. On other traffic there are more false alarms.",
        ]
    parts += [
        "## What it must not be used for",
        f"- To block traffic by itself. Of {normal} traffic unlike that of {dataset.train} more is taken for attacks, "
        "and attacks of new types are missed.\n"
        "- On another network, or on flows that another program has measured, without labelled flows from there to "
        "test it on: `aeflow predict --score`.\n"
        "- To say what attack it is where the probabilities of two classes are close.\n"
        "- To judge people.",
        "## What it was made of",
        _table(
            ["", "SHA-256"],
            [
                *([name, f"`{digest}`"] for name, digest in manifest.data.items()),
                ["parameters", f"`{manifest.params}`"],
                ["code", f"`{manifest.code}`"],
            ],
        ),
        f"`model.json` has those of the files here, and no other is read. `{EXAMPLES}` has five training rows.",
    ]
    return "\n\n".join(parts) + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    frame = pd.DataFrame(rows, columns=list(heads))
    return frame.to_markdown(index=False, disable_numparse=True, colalign=["left", *["right"] * (len(heads) - 1)])


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
