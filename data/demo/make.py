"""Make the demo data set again: `NSL_KDD_DIR=... PYTHONPATH=src python data/demo/make.py`.

The project's VAESampler is fitted to the real records of each attack type below, training and test
sets together, and draws legal records. Prints the checksums for datasets/demo.yaml.
"""

import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from nids.data.description import read_description

DATASET = read_description("nsl-kdd", Path(__file__).parents[2] / "datasets")
ATTACK, DIFFICULTY = "attack", "difficulty"
# Rows of each attack type: NSL-KDD's imbalance in kind, and types in test that train lacks.
TRAIN = {
    "normal": 2140,
    "neptune": 1000,
    "smurf": 150,
    "back": 80,
    "teardrop": 80,
    "satan": 150,
    "ipsweep": 130,
    "portsweep": 110,
    "warezclient": 45,
    "guess_passwd": 20,
    "buffer_overflow": 14,
    "rootkit": 8,
}
TEST = {
    "normal": 640,
    "neptune": 300,
    "apache2": 60,
    "smurf": 50,
    "processtable": 40,
    "mscan": 60,
    "satan": 50,
    "saint": 25,
    "guess_passwd": 90,
    "warezmaster": 60,
    "snmpguess": 25,
    "httptunnel": 14,
    "buffer_overflow": 6,
}
MOST_EASY = 21  # KDDTest-21 is KDDTest+ without the records of this difficulty
SURPLUS = 4  # drawn for each row wanted, as repeated rows and equals of real ones are dropped
SPARE = 2  # kept for each test row wanted, as those with a category that train lacks are dropped


def new_records(attack: str, real: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return n legal records of one attack type, none of them twice or equal to a real one."""
    from aeflow import VAESampler

    features = [name for name in DATASET.read.names if name not in (ATTACK, DIFFICULTY)]
    of_attack = real[real[ATTACK] == attack]
    sampler = VAESampler(sampling_strategy={attack: len(of_attack) + SURPLUS * n}, beta=0.1, random_state=0)
    records, _ = sampler.fit_resample(real[features], real[ATTACK].where(real[ATTACK] == attack, "others"))
    records = records[sampler.synthetic_]
    known = pd.MultiIndex.from_frame(real[features])
    records = records[~pd.MultiIndex.from_frame(records).isin(known)].drop_duplicates().head(n)
    if len(records) < n:
        raise SystemExit(f"{attack}: only {len(records)} of {n} rows are new; raise SURPLUS")
    difficulty = np.random.default_rng(0).choice(of_attack[DIFFICULTY], n)
    return records.assign(**{ATTACK: attack, DIFFICULTY: difficulty})


def _plain(number: float) -> str:
    """Return a number with all its digits, and without a point if it is whole."""
    return repr(float(number)).removesuffix(".0")


def main() -> None:
    source, target = Path(os.environ["NSL_KDD_DIR"]), Path(__file__).parent
    files = [file for of_set in (DATASET.files.train, DATASET.files.test) for file in of_set]
    names = list(DATASET.read.names)
    real = pd.concat([pd.read_csv(source / file.name, names=names) for file in files], ignore_index=True)
    wanted = {attack: TRAIN.get(attack, 0) + SPARE * TEST.get(attack, 0) for attack in TRAIN | TEST}
    made = Parallel(n_jobs=-1)(delayed(new_records)(a, real, n) for a, n in wanted.items())
    of_attack = dict(zip(wanted, made, strict=True))
    shuffle = {"frac": 1, "random_state": 0, "ignore_index": True}
    new_train = pd.concat([of_attack[a].head(n) for a, n in TRAIN.items()]).sample(**shuffle)
    test_parts = []
    for attack, n in TEST.items():
        spare = of_attack[attack].iloc[TRAIN.get(attack, 0) :]
        # As in NSL-KDD: no category is in test only.
        known = np.logical_and.reduce([spare[name].isin(new_train[name]) for name in DATASET.columns.categorical])
        if known.sum() < n:
            raise SystemExit(f"{attack}: only {known.sum()} of {n} test rows have known categories; raise SPARE")
        test_parts.append(spare[known].head(n))
    new_test = pd.concat(test_parts).sample(**shuffle)
    harder = new_test[new_test[DIFFICULTY] != MOST_EASY]
    for name, records in {"train.txt": new_train, "test.txt": new_test, "test-21.txt": harder}.items():
        (target / name).write_text(
            records[names].to_csv(header=False, index=False, float_format=_plain, lineterminator="\n"), encoding="utf-8"
        )
        print(name, len(records), hashlib.sha256((target / name).read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
