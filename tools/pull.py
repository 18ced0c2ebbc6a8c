"""`dvc pull`, with its arguments, that also checks the listings of folders (docs/team.md).

A listing says which object is which file of a folder. DVC 3.67 reads it from the remote unchecked, even with
`verify true`, and a forged one puts files anywhere on the disk. What lies in the local cache DVC does not read
from the remote, so the listings are fetched into it first, each checked against dvc.lock.
"""

import sys

from dvc.cli import main as dvc
from dvc.repo import Repo


def fetch_listings() -> None:
    """Exit with one line if a listing cannot be fetched, or is not the one that dvc.lock names."""
    with Repo() as repo:
        outputs = [out for out in repo.index.outs if out.use_cache and out.hash_info and out.hash_info.isdir]
        listings = {out.hash_info: str(out) for out in outputs}
        cache = repo.cache.local
        try:
            repo.cloud.transfer(repo.cloud.get_remote_odb(), cache, set(listings), verify=True)
        except Exception as error:
            raise SystemExit(f"error: the team's cache cannot be read: {error}; see docs/team.md") from None
        refused = sorted(path for listing, path in listings.items() if not cache.exists(listing.value))
    if refused:
        raise SystemExit(
            f"error: {', '.join(refused)}: the team's cache has no listing of the files, or not the one that "
            "dvc.lock names; nothing was pulled; see docs/team.md"
        )


if __name__ == "__main__":
    fetch_listings()
    raise SystemExit(dvc(["pull", *sys.argv[1:]]))
