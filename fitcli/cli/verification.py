"""`fitcli train --verify-resume`: does a fit of this spec go on bit for bit?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fitcli.cli.output import say, tell

if TYPE_CHECKING:
    from fitcli.data.dataset import Splits
    from fitcli.spec import Spec


def verify(spec: Spec, splits: Splits, threads: int | None) -> None:
    """Fit a little of the data twice, in a temporary folder; say that both are the same, or raise."""
    import secrets
    import tempfile
    from pathlib import Path

    from fitcli.engine.verifyresume import shortened, verify_resume

    few, less = shortened(spec, splits)
    tell(f"fitting {len(less.train):,} of the images for {few.fit.epochs} epochs, twice ...")
    with tempfile.TemporaryDirectory(prefix="fitcli-verify-") as folder:
        found = verify_resume(few, less, Path(folder), lambda steps: 1 + secrets.randbelow(max(steps - 1, 1)), threads)
    say(f"interrupted after step {found['interrupted_after']} of {found['steps']} and resumed: all {found['arrays']} arrays"
        " of the state and the model, and the log, are the same, bit for bit")  # fmt: skip
