"""The README's pictures are there, small, and each has the command that draws it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
LINKED = re.findall(r"!\[[^\]]+\]\((data/pictures/[^)]+)\)", README)


def test_every_picture_is_shown_and_every_shown_one_is_there():
    assert LINKED and sorted(LINKED) == sorted(f"data/pictures/{p.name}" for p in (ROOT / "data" / "pictures").iterdir())


def test_each_is_small_and_drawn_by_a_command():
    for path in LINKED:
        assert (ROOT / path).stat().st_size < 60_000
        assert re.search(rf"^    fitcli .*--plot {path}$", README, re.MULTILINE), path
