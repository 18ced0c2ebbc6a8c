"""Make records.csv.gz: made-up records in the form of UNSW-NB15, drawn from the real ones by AEFlowSampler.

UNSW_NB15_DIR names the folder with the real file.
"""

import os
from pathlib import Path

import pandas as pd

from aeflow import AEFlowSampler

MOST = 2000  # real records of a class that the sampler learns from
# New records of each class: a small class has a tenth of its rows here, a large one less.
ROWS = {
    "Normal": 1000,
    "Generic": 500,
    "Exploits": 400,
    "Fuzzers": 250,
    "DoS": 150,
    "Reconnaissance": 120,
    "Analysis": 60,
    "Backdoor": 60,
    "Shellcode": 40,
    "Worms": 20,
}


SURPLUS = 3  # drawn for each record wanted, as those that equal a real one are dropped


def main() -> None:
    real = pd.read_csv(Path(os.environ["UNSW_NB15_DIR"]) / "UNSW_NB15_training-set.csv", encoding="utf-8-sig")
    features = list(real.columns.drop(["id", "attack_cat", "label"]))
    known = pd.MultiIndex.from_frame(real[features])
    learned = real.groupby("attack_cat").head(MOST)
    wanted = {name: n + 1 for name, n in learned["attack_cat"].value_counts().items()}
    sampler = AEFlowSampler(sampling_strategy=wanted, random_state=0)
    sampler.fit_resample(learned[features], learned["attack_cat"])
    parts = []
    for name, n in ROWS.items():
        drawn = sampler.sample(SURPLUS * n, name, random_state=0)
        new = drawn[~pd.MultiIndex.from_frame(drawn).isin(known)].drop_duplicates().head(n)
        if len(new) < n:
            raise SystemExit(f"{name}: only {len(new)} of {n} records are new; raise SURPLUS")
        parts.append(new.assign(attack_cat=name))
    records = pd.concat(parts).sample(frac=1, random_state=0)
    records.insert(0, "id", range(1, len(records) + 1))
    records["label"] = (records["attack_cat"] != "Normal").astype(int)
    # Without the time of writing, so that the same records are the same bytes.
    target = Path(__file__).parent / "records.csv.gz"
    records.to_csv(target, index=False, float_format="%.6g", compression={"method": "gzip", "mtime": 0})


if __name__ == "__main__":
    main()
