"""TensorBoard's event files, by the writer of tensorboardX: the numbers of every step and epoch over the steps."""

from __future__ import annotations

import importlib
import os
import time
from pathlib import Path

from fitcli.engine.atomic import file_error
from fitcli.errors import Problem, SpecError
from fitcli.spec import Spec

PREFIX = "events.out.tfevents."
_LEFT_OUT = ("step", "epoch", "seconds")
_FLUSH_SECONDS = 10.0  # between two of them within an epoch: each waits for the disk


def check_writer(spec: Spec) -> None:
    """SpecError where event files are asked for and their writer is not installed."""
    if not spec.fit.tensorboard:
        return
    try:
        importlib.import_module("tensorboardX")
    except ImportError as error:
        told = f"event files need the package tensorboardX ({error})"
        hint = "`pip install tensorboardX`, or fit.tensorboard: false"
        raise SpecError(Problem(told, spec.where("fit.tensorboard"), "fit.tensorboard", True, hint=hint)) from None


class EventFile:
    """`step/loss`, `epoch/val_loss` and so on, in the run directory, a file each time a fit begins or goes on.

    What was told after the checkpoint is taken back by a START at the step to come, as TensorBoard wants it, and so is
    what a rollback has undone. A run that has no event file yet gets all of its log.
    """

    def __init__(self, run: str | os.PathLike):
        self.run = Path(run).resolve()
        self._writer = None
        self._flushed = time.monotonic()

    def begin(self, events: list[dict]) -> None:
        from tensorboardX.event_file_writer import EventsWriter  # no thread of its own: an error is heard of

        try:
            before = sum(entry.name.startswith(PREFIX) for entry in self.run.iterdir())
            # a name has the second only: without a number a fit that goes on at once would write over it
            self._writer = EventsWriter(str(self.run / "events"), f".{before:04d}")
            if before:
                self._take_back(max((event.get("step", 0) for event in events), default=0))
            for event in events if not before else ():
                self._add(event)
            self._writer.flush()
        except OSError as error:
            raise file_error(error, self.run / PREFIX) from error

    def write(self, event: dict) -> None:
        try:
            if event["event"] == "rollback":
                self._take_back(event["to_step"])
            else:
                self._add(event)
            if time.monotonic() - self._flushed > _FLUSH_SECONDS:
                self._flush()
        except OSError as error:
            raise file_error(error, self.run / PREFIX) from error

    def sync(self) -> None:
        """Before a checkpoint: what is behind it is not written again."""
        try:
            self._flush()
        except OSError as error:
            raise file_error(error, self.run / PREFIX) from error

    def close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                writer.close()
            except OSError as error:
                raise file_error(error, self.run / PREFIX) from error

    def _flush(self) -> None:
        self._writer.flush()
        self._flushed = time.monotonic()

    def _add(self, event: dict) -> None:
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.proto.summary_pb2 import Summary

        kind = event.get("event")
        numbers = {key: value for key, value in event.items() if isinstance(value, (int, float)) and key not in _LEFT_OUT}
        if kind in ("step", "epoch") and numbers:
            values = [Summary.Value(tag=f"{kind}/{key}", simple_value=number) for key, number in numbers.items()]
            self._writer.write_event(Event(wall_time=time.time(), step=event["step"], summary=Summary(value=values)))

    def _take_back(self, last: int) -> None:
        """Everything after the step `last`."""
        from tensorboardX.proto.event_pb2 import Event, SessionLog

        start = SessionLog(status=SessionLog.START)
        self._writer.write_event(Event(wall_time=time.time(), step=last + 1, session_log=start))
