"""The table and the figures of some experiments, on the terminal and in a folder."""

from collections.abc import Sequence
from pathlib import Path

from nids.base.files import write_bytes, write_frame, write_text
from nids.show.figures.style import to_png
from tools.experiment import Experiment
from tools.figures import parallel_coordinates, response
from tools.results import results, to_markdown


def report(experiments: Sequence[Experiment], folder: Path) -> bool:
    """Write table.csv, table.md, parallel_coordinates.png and response.png; return False if no experiment is there."""
    keys = list(experiments[0].chosen)
    frame = results([experiment.name for experiment in experiments], keys)
    if frame.empty:
        return False
    write_frame(folder / "table.csv", frame)
    table = to_markdown(frame)
    write_text(folder / "table.md", table)
    write_bytes(folder / "parallel_coordinates.png", to_png(parallel_coordinates(frame, keys)))
    write_bytes(folder / "response.png", to_png(response(frame, keys)))
    print(f"\n{table}\nin {folder}/: table.md, table.csv, parallel_coordinates.png, response.png")
    print(f"To take the best into the workspace: dvc exp apply {frame['experiment'][0]}")
    return True
