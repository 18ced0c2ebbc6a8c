"""Stage evaluate: every classifier's scores on KDDTest+ and KDDTest-21, the only use of the test sets."""

from pathlib import Path
from typing import Any

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import existing, read_json, write_json
from aeflow.base.parallel import in_parallel
from aeflow.base.params import load
from aeflow.classifiers import FILES
from aeflow.evidence.methods import METHODS
from aeflow.evidence.scores import scores
from aeflow.nsl_kdd.encoder import Encoder
from aeflow.nsl_kdd.records import classes_of, read_records
from aeflow.nsl_kdd.schema import CLASSES


def confusions_of(folder: Path, voting: str, tests: dict[str, Any]) -> dict[str, Any]:
    from aeflow.classifiers.confusion import confusions  # heavy: imported by the workers alone

    fitted = {name: existing(folder / file).read_bytes() for name, file in FILES.items()}
    return confusions(fitted, voting, tests, len(CLASSES))


def main() -> None:
    params = load(Path("params.yaml"))
    encoder = Encoder.from_json(read_json(Path("data/encoded/encoder.json")))
    tests = {}
    for test in ("test", "test_21"):
        path = Path(f"data/raw/{test}.txt")
        records = read_records(path)
        tests[test] = encoder.transform(records, str(path)).to_numpy(), classes_of(records)
    runs = [(method, seed) for method in METHODS for seed in params.seeds]
    folders = [Path(f"data/classifiers/{method}/seed{seed}") for method, seed in runs]
    found = in_parallel(confusions_of, [(folder, params.classifiers.voting, tests) for folder in folders])
    for test in tests:
        results: dict[str, Any] = {method: {} for method in METHODS}
        for (method, seed), of_run in zip(runs, found, strict=True):
            for classifier, matrix in of_run[test].items():
                results[method].setdefault(classifier, {})[f"seed{seed}"] = {
                    "confusion": matrix,
                    **scores(np.array(matrix), CLASSES),
                }
        write_json(Path(f"data/evaluation/{test}.json"), results)


if __name__ == "__main__":
    run_stage(main)
