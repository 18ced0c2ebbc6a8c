"""The notebook runs, on the made-up records that ship here."""

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

NOTEBOOK = ROOT / "docs/unsw-nb15.ipynb"


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_outputs(notebook: nbformat.NotebookNode) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)


def test_it_runs(notebook: nbformat.NotebookNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNSW_NB15_DIR", raising=False)
    where = {"metadata": {"path": str(NOTEBOOK.parent)}}
    done = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert all(output.output_type in ("execute_result", "display_data") for output in outputs)
    assert sum("image/png" in output.data for output in outputs) == 1
    table = outputs[-1].data["text/plain"].splitlines()
    assert table[0].split() == ["test", "rows", "as", "they", "are", "repeated", "AE-Flow"]
    assert len(table) == 2 + 10 + 1  # a heading of two lines, the classes, and their mean
