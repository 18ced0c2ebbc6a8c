"""The figures of the report: their captions, and the files as data in the page."""

import base64
import struct
from typing import Any

CAPTIONS = {
    "fig1": "Fig. 1. The autoencoder of AE-Flow as it was trained.",
    "fig2": "Fig. 2. The pipeline: the stages and what they hand on.",
    "fig3": "Fig. 3. AE-Flow: encoder, flow and decoder as they were trained.",
    "fig4": "Fig. 4. Share of each class in the raw and in the balanced training set, ours and the paper's.",
    "fig5": "Fig. 5. Weighted scores of each classifier before and after balancing with AE-Flow.",
    "fig6": "Fig. 6. Weighted precision, recall and F1 of Voting with each balancing method, ours and the paper's.",
    "fidelity": "How close each method's rows are to real training rows that it has not seen; the grey line is the "
    "value of real rows.",
    "ranks": "Mean ranks of the methods over the seeds (1 is best). Where tests are made, a bar joins methods that are "
    "not told apart.",
    "rule": "What the decision rule trades: each method with arg max (hollow) and with the rule (filled).",
    "attacks": "Recall of each attack type on KDDTest+ in percent: types that occur in training, types that training "
    "lacks, and httptunnel by itself.",
    "ablation": "All eight cells of the ablation, with Voting on KDDTest+, for SMOTE and AE-Flow.",
    "calibration": "Reliability: how often the predicted class is right, against the probability given to it; equal "
    "on the dashed line. A point's area is its share of the rows.",
    "encoding": "XGBoost with label codes (hollow) and with one-hot categories (filled), arg max, on KDDTest+.",
}


def figure(name: str, png: bytes) -> dict[str, Any]:
    """Return a figure as the page takes it; its size in CSS pixels is the PNG's."""
    width, height = struct.unpack(">II", png[16:24])
    return {
        "kind": "figure",
        "id": f"figure-{name}",
        "caption": CAPTIONS[name],
        "source": "data:image/png;base64," + base64.b64encode(png).decode(),
        "width": width,
        "height": height,
    }
