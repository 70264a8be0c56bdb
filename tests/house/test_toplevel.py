"""What lies at the top: a spec tried out in passing does not belong there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALLOWED = {"pyproject.toml", "README.md", "LICENSE", "fitcli", "configs", "data", "tests"}


def test_nothing_else_is_kept_at_the_top():
    try:
        found = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a clone")
    names = {name.partition("/")[0] for name in found.split("\0") if name}
    assert {name for name in names if not name.startswith(".")} == ALLOWED
