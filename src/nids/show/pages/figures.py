"""The figures of the pages: their captions, and the files as data in the page."""

import base64
import struct
from collections.abc import Mapping

from nids.data.dataset import Dataset
from nids.methods import METHODS, STUDIED
from nids.show.pages.blocks import Block

_STUDIED = METHODS[STUDIED].name


def paper_captions(dataset: Dataset) -> dict[str, str]:
    """Return the captions of plots/NAME.png."""
    both = ", ours and the paper's" if dataset.show.paper else ""
    return {
        "fig1": f"Fig. 1. The autoencoder of {_STUDIED} as it was trained.",
        "fig2": "Fig. 2. The pipeline: the stages and what they hand on.",
        "fig3": f"Fig. 3. {_STUDIED}: encoder, flow and decoder as they were trained.",
        "fig4": f"Fig. 4. Share of each class in the raw and in the balanced training set{both}.",
        "fig5": f"Fig. 5. Weighted scores of each classifier before and after balancing with {_STUDIED}.",
        "fig6": f"Fig. 6. Weighted precision, recall and F1 of Voting with each balancing method{both}.",
    }


def evidence_captions(dataset: Dataset) -> dict[str, str]:
    """Return the captions of plots/evidence/NAME.png."""
    test, alone = dataset.test, dataset.show.alone
    by_itself = f", and {alone} by itself" if alone else ""
    return {
        "fidelity": "How close each method's rows are to real training rows that it has not seen; the grey line is the "
        "value of real rows.",
        "ranks": "Mean ranks of the methods over the seeds (1 is best). Where tests are made, a bar joins methods that "
        "are not clearly different.",
        "rule": "What the decision rule trades: each method with arg max (hollow) and with the rule (filled).",
        "attacks": f"Recall of each attack type on {test} in percent: types that occur in training, types that "
        f"training lacks{by_itself}.",
        "ablation": f"All eight cells of the ablation, with Voting on {test}, for {METHODS['smote'].name} and "
        f"{_STUDIED}.",
        "calibration": "Reliability: how often the predicted class is right, against the probability given to it; "
        "equal on the dashed line. A point's area is its share of the rows.",
        "encoding": f"XGBoost with label codes (hollow) and with one-hot categories (filled), arg max, on {test}.",
        "density": "XGBoost one-hot with the decision rule, without AE-Flow's density (hollow) and with it as two more "
        f"features (filled), on {test}.",
        "roc": f"Attacks found on {test} against false alarms: {_STUDIED}'s density as a detector, which knows no "
        "attack, and the classifiers.",
        "alarms": f"What share of each attack type on {test} raises an alarm, of whatever class: the detector beside "
        "the classifiers, in percent.",
        "alarm_rates": "False alarms on held-out rows of the training set, where the rule was chosen (hollow), and on "
        f"{test} (filled). Dashed: what the rule was allowed.",
    }


def figures(captions: Mapping[str, str], pngs: Mapping[str, bytes]) -> dict[str, Block]:
    """Return the figures as the page takes them; their size in CSS pixels is the PNG's."""
    return {name: _figure(name, caption, pngs[name]) for name, caption in captions.items()}


def _figure(name: str, caption: str, png: bytes) -> Block:
    width, height = struct.unpack(">II", png[16:24])
    return {
        "kind": "figure",
        "id": f"figure-{name}",
        "caption": caption,
        "source": "data:image/png;base64," + base64.b64encode(png).decode(),
        "width": width,
        "height": height,
    }
