"""`dvc pull`, with its arguments, that also checks the listings of folders (docs/team.md).

A listing says which object is which file of a folder. DVC 3.67 reads it from the remote unchecked, even with
`verify true`, and a forged one puts files anywhere on the disk. What lies in the local cache DVC does not read
from the remote, so the listings that the targets need are fetched into it first, each checked against dvc.lock.
"""

import sys
from collections.abc import Sequence

from dvc.cli import DvcParserError, parse_args
from dvc.cli import main as dvc
from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.utils import glob_targets

from nids.base.credentials import without_credentials


def fetch_listings(arguments: Sequence[str]) -> None:
    """Exit with one line if a listing that `dvc pull` would need cannot be fetched, or is not the one of dvc.lock."""
    try:
        pull = parse_args(["pull", *arguments])
    except DvcParserError:  # it has said what is wrong
        raise SystemExit(254) from None
    if pull.all_branches or pull.all_tags or pull.all_commits:
        raise SystemExit("error: only the listings of one commit can be checked: git checkout each, and pull it")
    with Repo() as repo:
        try:
            targets = glob_targets(pull.targets, glob=pull.glob)
            needed = repo.index.targets_view(targets, with_deps=pull.with_deps, recursive=pull.recursive)
            outputs = [out for out in needed.outs if out.use_cache and out.hash_info and out.hash_info.isdir]
            listings = {out.hash_info: str(out) for out in outputs}
            cache, remote = repo.cache.local, repo.cloud.get_remote_odb(pull.remote)
        except DvcException as error:
            raise SystemExit(f"error: {_in_one_line(error)}") from None
        try:
            repo.cloud.transfer(remote, cache, set(listings), verify=True)
        except Exception as error:
            raise SystemExit(
                f"error: the team's cache cannot be read: {_in_one_line(error)}; see docs/team.md"
            ) from None
        refused = sorted(path for listing, path in listings.items() if not cache.exists(listing.value))
    if refused:
        raise SystemExit(
            f"error: {', '.join(refused)}: the team's cache has no listing of the files, or not the one that "
            "dvc.lock names; nothing was pulled; see docs/team.md"
        )


def _in_one_line(error: Exception) -> str:
    return without_credentials(" ".join(str(error).split()))


if __name__ == "__main__":
    fetch_listings(sys.argv[1:])
    raise SystemExit(dvc(["pull", *sys.argv[1:]]))
