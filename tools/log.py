"""What DVC printed while it ran an experiment."""

import re
from collections import Counter

from nids.base.credentials import without_credentials

# What became of a stage, and the line that says so.
OUTCOMES = {
    "ran": re.compile(r"^Running stage '(.+)':", re.MULTILINE),
    "from the run-cache": re.compile(r"^Stage '(.+)' is cached - skipping run", re.MULTILINE),
    "unchanged": re.compile(r"^Stage '(.+)' didn't change, skipping", re.MULTILINE),
}
FAILED = re.compile(r"^ERROR: failed to reproduce '(.+?)': (.*)", re.MULTILINE)
REASON = re.compile(r"^error: (.+)", re.MULTILINE)
OTHER = re.compile(r"^ERROR: (.+)", re.MULTILINE)


def stages(log: str) -> Counter[str]:
    """Return how many stages had each outcome."""
    return Counter({outcome: len(line.findall(log)) for outcome, line in OUTCOMES.items()})


def in_words(counts: Counter[str]) -> str:
    """Return the counts of ``stages`` as text."""
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES)


def failure(log: str) -> str:
    """Return in one line the stage that failed and why, without credentials."""
    log = without_credentials(log)
    # A stage's last word is its error; DVC's own names the stage.
    failed, reasons, others = FAILED.findall(log), REASON.findall(log), OTHER.findall(log)
    if failed:
        stage, how = failed[-1]
        return f"stage {stage}: {reasons[-1] if reasons else how}"
    return others[-1] if others else "it ended without a word"
