"""The log of a run: log.jsonl, and what is made of its lines as they come."""

from __future__ import annotations

import os
from pathlib import Path

from fitcli.engine.log import JsonLines, lasting, read_log
from fitcli.engine.logtable import LogTable
from fitcli.engine.rundir import EPOCHS_NAME, LOG_NAME, STEPS_NAME


class RunLog:
    """`position` None begins a new log; else what was written behind it is cut off (see JsonLines) and it goes on."""

    def __init__(self, run: str | os.PathLike, position: int | None = None):
        self.run = Path(run)
        self.lines = JsonLines(self.run / LOG_NAME, append=position is not None, position=position)
        self.followers = [
            LogTable(self.run / STEPS_NAME, "step", self.events),
            LogTable(self.run / EPOCHS_NAME, "epoch", self.events),
        ]
        events = self.events()
        for follower in self.followers:
            follower.begin(events)

    def events(self) -> list[dict]:
        """Those that no rollback has undone."""
        return lasting(read_log(self.run / LOG_NAME))

    def write(self, event: dict) -> None:
        self.lines.write(event)
        for follower in self.followers:
            follower.write(event)

    def sync(self) -> int:
        """Make what is written last; the position to go on from, for a checkpoint."""
        for follower in self.followers:
            follower.sync()
        return self.lines.sync()

    def close(self) -> None:
        for follower in self.followers:
            follower.close()
        self.lines.close()
