"""A repository whose two pipelines have the names of the real ones, and stages that take no time.

What runs, queues, shares and verifies experiments is DVC, Git and ``tools``: they are tested on it.
"""

import os
import shutil
import sys
from pathlib import Path

from conftest import ROOT, forks, succeed

# The stages import nothing of the project; ``python -m tools.NAME`` finds it here.
PATHS = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
ENCODE, VALIDATE = "encode", "evidence/dvc.yaml:validate@ae_flow"
# A path: while there is a file, every run of validate waits.
HOLD = "STUB_HOLD"

FILES = {
    "params.yaml": """\
dataset: nsl-kdd
ae_flow:
  latent_dim: 12
  noise: 0.5  # a comment
  learning_rate: 0.01
  coupling: affine
baselines:
  smote:
    k_neighbors: 5
kmeans:
  n_clusters: 20
""",
    "dvc.yaml": """\
stages:
  fetch:
    cmd: python stage.py fetch
    deps: [stage.py]
    params: [dataset]
    outs: [data/raw]
  encode:
    cmd: python stage.py encode
    deps: [stage.py, data/raw/train.json]
    outs: [data/encoded]
""",
    "evidence/dvc.yaml": """\
stages:
  validate:
    foreach: {ae_flow: ae_flow, baselines: baselines}
    do:
      wdir: ..
      cmd: python stage.py validate ${key}
      deps: [stage.py, data/encoded]
      params: ["${key}", "${item}", kmeans]
      outs: ["data/decision/${key}"]
      metrics: ["data/validation/${key}.json"]
""",
    "stage.py": f"""\
import json
import os
import sys
import time
from pathlib import Path

from ruamel.yaml import YAML


def write(path: str, content: object) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(content))


def fetch() -> None:
    dataset = YAML(typ="safe").load(Path("params.yaml"))["dataset"]
    write("data/raw/train.json", list(range(100 if dataset == "nsl-kdd" else 99)))


def encode() -> None:
    numbers = json.loads(Path("data/raw/train.json").read_text())
    write("data/encoded/train.json", [number / 100 for number in numbers])
    write("data/encoded/encoder.json", {{"categories": ["tcp", "udp"]}})


def validate(arm: str) -> None:
    settings = YAML(typ="safe").load(Path("params.yaml"))[arm]
    while os.path.exists(os.environ.get({HOLD!r}, "")):
        time.sleep(0.05)
    if arm == "ae_flow":
        size = settings["latent_dim"]
        if size < 1:
            sys.exit(f"error: params.yaml: ae_flow.latent_dim: Input should be greater than 0, found {{size}}")
        method, recall = arm, 1 / (1 + size + settings["noise"] + settings["learning_rate"])
    else:
        method, recall = "smote", 1 / settings["smote"]["k_neighbors"]
    write(f"data/decision/{{arm}}/rules.json", {{method: recall}})
    write(f"data/validation/{{arm}}.json", {{"validation": {{method: recall}}, "alarms": {{method: recall / 20}}}})


globals()[sys.argv[1]](*sys.argv[2:])
""",
}


def stub(folder: Path) -> Path:
    """Make the repository at ``folder``, with one commit; nothing has run."""
    for name in (".dvc/config", ".dvc/.gitignore", ".gitignore"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    succeed(folder, "git", "init", "--quiet")
    for setting in ("user.name=Test", "user.email=test@localhost"):
        succeed(folder, "git", "config", *setting.split("="))
    commit(folder)
    return folder


def after(folder: Path, *stages: str) -> Path:
    """Make the repository, run the stages and commit what they leave."""
    stub(folder)
    succeed(folder, "dvc", "repro", "--quiet", *stages)
    commit(folder)
    return folder


def with_commands(folder: Path) -> Path:
    """Add the Makefile, and this environment as the one that it has made; its programs are those of tests/forks.py."""
    shutil.copy(ROOT / "Makefile", folder)
    made, environment = Path(sys.prefix), folder / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin/activate").write_text((made / "bin/activate").read_text().replace(str(made), str(environment)))
    for path in (*forks("commands").iterdir(), made / "lib", made / "pyvenv.cfg", *(made / "bin").iterdir()):
        link = environment / (path.name if path.parent == made else f"bin/{path.name}")
        if not link.exists():
            link.symlink_to(path)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements.lock", "pyproject.toml", ".venv/installed"):
        (folder / name).touch()
    return folder


def commit(folder: Path) -> None:
    succeed(folder, "git", "add", "--all")
    succeed(folder, "git", "commit", "--quiet", "--message", "stub")
