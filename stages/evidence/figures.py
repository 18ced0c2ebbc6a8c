"""Stage figures of the evidence: the comparison of the methods and of the parts of the study, drawn."""

from pathlib import Path

from nids.base.files import read_frame, read_json, write_bytes
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.params import read_params
from nids.show.figures.ablation import ablation
from nids.show.figures.alarms import alarm_rates
from nids.show.figures.attacks import alarms, attacks
from nids.show.figures.calibration import calibration
from nids.show.figures.density import density
from nids.show.figures.encoding import encoding
from nids.show.figures.fidelity import fidelity
from nids.show.figures.ranks import ranks
from nids.show.figures.roc import roc
from nids.show.figures.rule import rule
from nids.show.figures.style import to_png


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    test = dataset.test
    names = ("scores", "attacks", "calibration", "ablation", "detection", "roc", "alarms")
    scores, types, curves, cells, points, rocs, of_types = (
        read_frame(Path(f"data/scores/{name}.parquet")) for name in names
    )
    budget = params.decision.false_alarm_rate
    figures = {
        "fidelity": fidelity(read_json(Path("metrics/evidence/fidelity.json"))),
        "ranks": ranks(read_json(Path("metrics/evidence/statistics.json")), test),
        "rule": rule(scores, test, dataset.minority),
        "attacks": attacks(types, test, dataset.shown, dataset.normal, dataset.show.alone),
        "ablation": ablation(cells, test),
        "calibration": calibration(curves, scores, test, len(dataset.shown)),
        "encoding": encoding(scores, test),
        "density": density(scores, test),
        "roc": roc(rocs, points, test, budget),
        "alarms": alarms(of_types, test, dataset.shown, dataset.show.alone),
        "alarm_rates": alarm_rates(read_json(Path("metrics/evidence/decision.json")), points, test, budget),
    }
    for name, figure in figures.items():
        write_bytes(Path(f"plots/evidence/{name}.png"), to_png(figure))


if __name__ == "__main__":
    run_stage(main)
