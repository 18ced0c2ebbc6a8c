"""`aeflow predict` on many flows: rows a second and core, and memory, which does not grow with their number."""

import os
import tempfile
from pathlib import Path

from nids.base.stage import run_stage
from tools.bench.measure import ROOT, keep, measure

MODEL = "models/ae_flow"
# How often the test file is repeated: 22,544 flows each time on NSL-KDD.
TIMES = (1, 10, 40)


def main() -> None:
    folder = ROOT / "data/raw/test"
    (path,) = [path for path in sorted(folder.iterdir()) if path.is_file()]
    found: dict[str, dict[str, float]] = {}
    print(f"{'flows':>10}{'seconds':>9}{'flows/s':>9}{'peak MB':>9}   ({MODEL})")
    with tempfile.TemporaryDirectory() as scratch:
        for times in TIMES:
            flows, target = Path(scratch, f"flows{path.suffix}"), Path(scratch, "scored.csv")
            flows.write_bytes(path.read_bytes() * times)
            rows = flows.read_bytes().count(b"\n")
            one = measure(f"OMP_NUM_THREADS=1 aeflow predict {MODEL} {flows} -o {target} 2> {os.devnull}", ROOT)
            found[f"{rows}"] = one | {"rows_per_second": round(rows / one["seconds"])}
            print(f"{rows:>10,}{one['seconds']:>9}{rows / one['seconds']:>9,.0f}{one['peak_mb']:>9,}", flush=True)
    keep("bench_predict", {"model": MODEL, "flows": found})


if __name__ == "__main__":
    run_stage(main)
