"""The log of a run: log.jsonl, and what is made of its lines as they come."""

from __future__ import annotations

import os
from pathlib import Path

from fitcli.engine.eventfile import EventFile
from fitcli.engine.log import JsonLines, lasting, read_log
from fitcli.engine.logtable import LogTable
from fitcli.engine.rundir import EPOCHS_NAME, LOG_NAME, STEPS_NAME


class RunLog:
    """`position` None begins a new log; else what was written behind it is cut off (see JsonLines) and it goes on.
    `event_file` adds one for TensorBoard."""

    def __init__(self, run: str | os.PathLike, position: int | None = None, event_file: bool = False):
        self.run = Path(run)
        self.lines = JsonLines(self.run / LOG_NAME, append=position is not None, position=position)
        tables = {STEPS_NAME: "step", EPOCHS_NAME: "epoch"}
        self.followers = [LogTable(self.run / name, kind, self.events) for name, kind in tables.items()]
        self.followers += [EventFile(self.run)] if event_file else []
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
        self.lines.close()
        for follower in self.followers:
            follower.close()
