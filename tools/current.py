"""Which stages of a revision have results that belong to its code, settings and data.

An experiment with a target runs this stage and what it depends on; every other metric in it is as it
was committed, and DVC shows it all the same.
"""

from dvc.dependency import ParamsDependency
from dvc.output import Output
from dvc.repo import Repo
from dvc.stage import PipelineStage
from dvc_data.index import DataIndexDirError
from dvc_data.index.save import build_tree


class Current:
    """The stages of the revision that ``repo`` is switched to."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._known: dict[str, bool] = {}

    def __call__(self, stage: PipelineStage) -> bool:
        """Return whether the stage and all before it ran with what this revision has."""
        where = stage.addressing
        if where not in self._known:
            self._known[where] = all(self._same(dep) for dep in stage.deps)
        return self._known[where]

    def settings(self, stage: PipelineStage) -> dict[str, object]:
        """Return the keys of params.yaml that the stage and all before it read, with their recorded values."""
        found: dict[str, object] = {}
        for dep in stage.deps:
            if isinstance(dep, ParamsDependency):
                if dep.def_path.endswith("params.yaml") and dep.hash_info.value:
                    found |= flat(dep.hash_info.value)
            else:
                for out in self._sources(dep):
                    found |= self.settings(out.stage)
        return found

    def _same(self, dep: Output) -> bool:
        """Return whether the recorded dependency is the one that is there."""
        if isinstance(dep, ParamsDependency):
            return not any(dep.status().values())
        sources = self._sources(dep)
        if not sources:
            return not dep.workspace_status()
        if not all(self(out.stage) for out in sources):
            return False
        try:
            return bool(self._hash(dep, sources) == dep.hash_info)
        except DataIndexDirError:  # its list of files is not at hand
            return False

    def _hash(self, dep: Output, sources: list[Output]) -> object:
        if sources[0].fs_path == dep.fs_path:
            return sources[0].hash_info
        data, key = self._repo.index.data["repo"], self._repo.fs.relparts(dep.fs_path, self._repo.root_dir)
        if _within(dep, sources[0]):  # a file of an output that is a folder
            return data[key].hash_info if key in data else None
        # A folder of several outputs.
        return build_tree(data, key)[1].hash_info

    def _sources(self, dep: Output) -> list[Output]:
        """Return the outputs that the dependency consists of, or is in; none for what Git has."""
        return [out for out in self._repo.index.outs if _within(out, dep) or _within(dep, out)]


def _within(inner: Output, outer: Output) -> bool:
    return f"{inner.fs_path}/".startswith(f"{outer.fs_path}/")


def flat(settings: dict, before: str = "") -> dict[str, object]:
    """Return nested settings by their whole keys, such as "kmeans.n_clusters"."""
    found: dict[str, object] = {}
    for key, value in settings.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return found
