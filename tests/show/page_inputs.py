"""Made-up results for the pages, and their content taken apart."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from PIL import Image

from nids.base.yaml import read_yaml
from nids.data.dataset import Dataset, Found, in_memory
from nids.data.description import Description, read_description
from nids.detect import CLASSIFIERS, DECIDED, DETECTOR, MAIN, PAPERS, RULES
from nids.judge.comparison import STEPS
from nids.judge.fidelity_summary import SHOWN
from nids.judge.tables import tables
from nids.methods import METHODS, PRINTED
from nids.show.pages.figures import evidence_captions, paper_captions

# Rows of NSL-KDD's classes, in the order of pages.
ROWS = (67343, 45927, 11656, 995, 52)


def found_of(description: Description, **others: Any) -> Found:
    """Return what encode finds where files are as NSL-KDD's, with all types of the description."""
    files, classes = description.files, description.label.classes or {}
    given: dict[str, Any] = {
        "classes": classes,
        "normal": description.label.normal,
        "rows": dict(zip(classes, ROWS, strict=True)),
        "train": files.train[0].title,
        "held_out": "types",
    }
    return Found(**given | others)


def tests_of(description: Description) -> dict[str, str]:
    """Return the titles of the test sets where all have rows of every class."""
    files = description.files
    titles = {"test": str(files.test[0].title), **{key: str(file.title) for key, file in files.extra_tests.items()}}
    return titles | {"test_new": f"{titles['test']} without rows that occur in {files.train[0].title}"}


DESCRIBED = {name: read_description(name, ROOT / "datasets") for name in ("nsl-kdd", "demo")}
NSL_KDD, DEMO = (in_memory(of, found_of(of), tests_of(of)) for of in DESCRIBED.values())
CONFIGURATIONS = [(c, rule) for c in CLASSIFIERS for rule in (RULES if c in DECIDED else ["argmax"])]
# Per method, what its weighted F1 is in every configuration; AE-Flow's is the highest.
LEVEL = dict.fromkeys(METHODS, 0.75) | {
    "raw": 0.70,
    "class_weight": 0.71,
    "random": 0.72,
    "smote": 0.73,
    "vae": 0.77,
    "ae_flow_paper": 0.79,
    "ae_flow": 0.80,
}
ACCOUNT: dict[str, Any] = {
    "left_out": 0,
    "features": 41,
    "training_rows": 125973,
    "test_rows": 22544,
    "dropped": {"rows": 0, "columns": []},
    "duplicates": 9,
    "conflicts": {"vectors": 2, "rows": 4, "ceiling": 1.0},
    "twins": 300,
    "scored_without_twins": True,
    "unknown": {},
    "constant": ["num_outbound_cmds"],
    "telling": {"src_bytes": 0.958},
    "identifiers": [],
}
PROVENANCE = {"packages": {"numpy": "2.0"}, "data": {"training file": "ab" * 32}, "params": "c", "code": "d"}


def _png() -> bytes:
    content = BytesIO()
    Image.new("L", (1280, 480), 200).save(content, "PNG")
    return content.getvalue()


PNG = _png()


def with_sections(description: Description, **sections: Any) -> Description:
    """Return a description with other sections."""
    return Description.model_validate_json(json.dumps(description.model_dump(mode="json") | sections))


def account_of(dataset: Dataset, **changes: Any) -> dict[str, Any]:
    return {"files": {dataset.train: dict(dataset.found.rows)}, **ACCOUNT, **changes}


def two_classes(**changes: Any) -> Dataset:
    """A data set of normal traffic and one kind of attack, as rows of one file, split at random."""
    return dataset_of({"benign": 9000, "attack": 300}, **{"held_out": "rows", **changes})


def dataset_of(rows: Mapping[str, int], **found: Any) -> Dataset:
    """A data set whose classes have the rows, and each one type; the first is normal."""
    normal = next(iter(rows))
    described = Description.model_validate(
        {"name": "my capture", "files": {"data": "flows.csv"}, "label": {"column": "label", "normal": normal}}
    )
    given: dict[str, Any] = {
        "classes": {name: (name,) for name in rows},
        "normal": normal,
        "rows": rows,
        "train": "the training rows",
        "held_out": "types",
    }
    tests = {"test": "the test rows", "test_new": "the test rows without rows that occur in the training rows"}
    return in_memory(described, Found(**given | found), tests)


def names_of(classes: Sequence[str]) -> list[str]:
    """Return the names of all scores of a run."""
    return [
        *(f"{kind}_{score}" for kind in ("weighted", "macro") for score in ("precision", "recall", "f1")),
        *("accuracy", "mcc", "g_mean", "false_alarm_rate", "brier", "calibration_error"),
        *(f"{score}_{name}" for score in ("precision", "recall", "f1", "pr_auc") for name in classes),
    ]


def scores_of(seeds: int, dataset: Dataset = NSL_KDD) -> pd.DataFrame:
    names = names_of(dataset.classes)
    keys = pd.DataFrame(
        [
            (t, m, c, rule, s)
            for t in dataset.tests
            for m in METHODS
            for c, rule in CONFIGURATIONS
            for s in range(seeds)
        ],
        columns=["test", "method", "classifier", "rule", "seed"],
    )
    level = keys["method"].map(LEVEL)
    noise = np.random.default_rng(0).normal(-0.05, 0.01, (len(keys), len(names)))
    values = pd.DataFrame(noise + level.to_numpy()[:, None], columns=names)
    values["weighted_f1"] = level + keys["seed"] / 1000
    values["macro_f1"] = level - 0.1 + keys["seed"] / 1000
    of_probabilities = [name for name in names if name.startswith(("pr_auc", "brier", "calibration"))]
    values.loc[keys["rule"] == "decided", of_probabilities] = np.nan
    return pd.concat([keys, values], axis=1)


def attacks_of(seeds: int, dataset: Dataset = NSL_KDD) -> pd.DataFrame:
    seen = {"smurf", "normal", "satan", "guess_passwd", "rootkit"} if dataset is NSL_KDD else set(dataset.class_of)
    rows = [
        (method, *MAIN, seed, attack, name, attack in seen, 10 + len(attack), 5 + seed)
        for method in METHODS
        for seed in range(seeds)
        for attack, name in dataset.class_of.items()
    ]
    names = ["method", "classifier", "rule", "seed", "attack", "class", "seen", "rows", "found"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(rows=frame["rows"].mask(frame["attack"] == "httptunnel", 133))


def ablation_of(seeds: int, dataset: Dataset = NSL_KDD) -> pd.DataFrame:
    rows = [
        {"oversampling": oversampling, "kmeans": kmeans, "oss": oss, "classifier": "voting", "seed": seed}
        | dict.fromkeys(names_of(dataset.classes), base + 0.02 * kmeans - 0.01 * oss + seed / 1000)
        for oversampling, base in {"none": 0.7, "smote": 0.72, "ae_flow": 0.75}.items()
        for kmeans in (False, True)
        for oss in (False, True)
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows)


def statistics_of(
    scores: pd.DataFrame, p: float | None = 0.01, leads: dict[str, float] | None = None, dataset: Dataset = NSL_KDD
) -> dict[str, Any]:
    """Means from the scores; each lead over a method is ``leads``', or that of the means, at Holm's p."""
    found: dict[str, Any] = {}
    for classifier, rule in (MAIN, PAPERS):
        chosen = scores[
            (scores["test"] == "test") & (scores["classifier"] == classifier) & (scores["rule"] == rule)
        ].groupby("method")
        of: dict[str, Any] = {}
        for score in ("weighted_f1", "macro_f1", *(f"recall_{name}" for name in dataset.watched)):
            means = chosen[score].mean()
            lead = {m: (leads or {}).get(m, float(means["ae_flow"] - means[m])) for m in METHODS if m != "ae_flow"}
            of[score] = {
                "methods": {m: {"mean": float(means[m]), "std": 0.01, "low": 0.1, "high": 0.9} for m in METHODS},
                "against_ae_flow": {
                    m: {"difference": x, "low": x - 0.01, "high": x + 0.01, "p": p, "p_holm": p}
                    for m, x in lead.items()
                },
                "friedman_p": p,
                "ranks": {m: float(i) for i, m in enumerate(METHODS, start=1)},
                "critical_difference": None if p is None else 4.77,
            }
        found[f"{classifier}/{rule}"] = of
    return found


def decision_of(best: str = "smote", dataset: Dataset = NSL_KDD) -> dict[str, Any]:
    def of(method: str) -> dict[str, Any]:
        both = {"argmax": 0.4, "decided": 0.62 if method == best else 0.51}
        return {
            "multipliers": dict.fromkeys(dataset.classes, 1.5),
            "macro_recall": both,
            "false_alarm_rate": {"argmax": 0.01, "decided": 0.049},
            "classes": dict.fromkeys(dataset.classes, both),
        }

    return {method: dict.fromkeys(DECIDED, of(method)) for method in METHODS}


def density_of(p: float | None = 0.01, changes: Mapping[str, float] | None = None) -> dict[str, Any]:
    """What the density changes: a point more in each method, or ``changes``, at Holm's p."""
    of = dict.fromkeys(METHODS, 0.01) | dict(changes or {})
    return {
        score: {m: {"difference": x, "low": x - 0.01, "high": x + 0.01, "p": p, "p_holm": p} for m, x in of.items()}
        for score in ("weighted_f1", "macro_f1")
    }


def steps_of(p: float | None = 0.01, dataset: Dataset = NSL_KDD) -> dict[str, Any]:
    """What each step changes: one point, two, three."""
    names = ("weighted_f1", "macro_f1", *(f"recall_{name}" for name in dataset.watched))
    return {
        score: {
            step: {"difference": i / 100, "low": i / 100 - 0.005, "high": i / 100 + 0.005, "p": p, "p_holm": p}
            for i, step in enumerate(STEPS, start=1)
        }
        for score in names
    }


def points_of(seeds: int, unseen: bool = True) -> pd.DataFrame:
    """``unseen``: the test set has attacks of types that training lacks."""
    rows = [
        {"method": method, "seed": seed, "auc": 0.9 + i / 1000, "auc_unseen": 0.8 if unseen else np.nan}
        | {"false_alarm_rate": 0.06, "recall": 0.7 + seed / 100, "recall_unseen": 0.5 if unseen else np.nan}
        for i, method in enumerate((DETECTOR, *METHODS))
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows)


def fidelity_of(collapsed: float = 1.0, classes: Sequence[str] = ("R2L", "U2R")) -> dict[str, Any]:
    figures = [figure for figure in SHOWN if not figure.startswith("h_")]
    plain = {figure: {"mean": 0.5, "std": 0.01} for figure in figures}
    own = {"h_mean": {"mean": -0.004, "std": 0.01}, "h_std": {"mean": 0.97, "std": 0.01}}
    calm = {"collapsed": {"mean": 0.0, "std": 0.0}}
    methods = {
        "real": plain,
        "smote": plain,
        "ae_flow_paper": plain | own | {"collapsed": {"mean": collapsed, "std": 0.0}},
        "ae_flow": plain | own | calm,
        "noise": plain,
    }
    targets = {
        "mean of h on held-out rows": {"value": -0.004, "at_least": -0.1, "at_most": 0.1, "met": True},
        "C2ST AUC": {"value": 0.9, "at_least": None, "at_most": 0.75, "met": False},
        "legal records": {"value": 1.0, "at_least": 1.0, "at_most": None, "met": True},
    }
    better = {"smote": {"c2st_auc": True, "coverage": False, "wasserstein": True}}
    of_class = {"methods": methods, "left_alone": [], "targets": targets, "ae_flow_better": better}
    return dict.fromkeys(classes, of_class)


def fits_of(seeds: int, collapsed: int = 1, classes: Sequence[str] = ("R2L", "U2R")) -> dict[str, Any]:
    """``collapsed`` of AE-Flow's fits to the first class have collapsed, and all of eq. 10's."""
    return {
        "smote": {f"seed{seed}": {} for seed in range(seeds)},
        "vae": {f"seed{seed}": {name: {"loss": 1.0} for name in classes} for seed in range(seeds)},
        "ae_flow_paper": {f"seed{seed}": {name: {"collapsed": True} for name in classes} for seed in range(seeds)},
        "ae_flow": {
            f"seed{seed}": {name: {"collapsed": seed < collapsed and name == classes[0]} for name in classes}
            for seed in range(seeds)
        },
    }


def evidence_inputs(seeds: int, of: Dataset = NSL_KDD, **changes: Any) -> dict[str, Any]:
    """``of``: the data set whose classes the results have."""
    scores = changes.get("scores", scores_of(seeds, of))
    return {
        "dataset": of,
        "account": account_of(of),
        "scores": scores,
        "attacks": attacks_of(seeds, of),
        "ablation": ablation_of(seeds, of),
        "statistics": statistics_of(scores, None if seeds < 5 else 0.01, dataset=of),
        "decision": decision_of(dataset=of),
        "fidelity": fidelity_of(classes=of.measured),
        "fits": fits_of(seeds, classes=of.measured),
        "left_alone": {},
        "steps": steps_of(None if seeds < 5 else 0.01, of),
        "density": density_of(None if seeds < 5 else 0.01),
        "points": points_of(seeds),
        "random_split": {method: {"weighted_f1": 0.99, "macro_f1": 0.9} for method in METHODS},
        "pngs": dict.fromkeys(evidence_captions(of), PNG),
        "false_alarm_rate": 0.05,
        "provenance": PROVENANCE,
        **changes,
    }


def paper_inputs(dataset: Dataset, seeds: int = 1, **changes: Any) -> dict[str, Any]:
    """``changes`` may have "f1": weighted F1 of methods in which Voting is not at its level."""
    level = {method: LEVEL[method] for method in PRINTED} | changes.pop("f1", {})
    titles = dataset.train, dataset.test
    rows = {name: 1000.0 * i for i, name in enumerate(dataset.shown, start=1)}
    of_classes = {score: dict.fromkeys(dataset.shown, 0.5) for score in ("precision", "recall", "f1")}
    weighted = {f"weighted_{score}": 0.6 for score in ("precision", "recall")}
    means = {m: {"voting": {**of_classes, **weighted, "weighted_f1": level[m]}} for m in PRINTED}
    paper = read_yaml(ROOT / dataset.show.paper) if dataset.show.paper else None
    return {
        "dataset": dataset,
        "account": account_of(dataset),
        "seeds": tuple(range(seeds)),
        "tables": tables(dict.fromkeys(titles, rows), {"raw": rows, "balanced": rows}, means, dataset.shown, paper),
        "summary": means,
        "fits": fits_of(seeds, classes=dataset.measured),
        "left_alone": {},
        "pngs": dict.fromkeys(paper_captions(dataset), PNG),
        "provenance": PROVENANCE,
        **changes,
    }


@contextmanager
def quick_intervals() -> Iterator[None]:
    """Pages take the least and the highest value for the interval of a mean: a page has thousands of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nids.show.pages.score_tables.bootstrap_interval", lambda values: (values.min(), values.max()))
        yield


def tables_of(page: dict[str, Any]) -> dict[str, Any]:
    return {b["id"]: b for section in page["sections"] for b in section["blocks"] if b["kind"] == "table"}


def texts_of(page: dict[str, Any], kind: str) -> list[str]:
    return [b["text"] for section in page["sections"] for b in section["blocks"] if b["kind"] == kind]
