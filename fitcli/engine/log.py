"""log.jsonl: one event a line, on disk as soon as it is told, continued on resume without a seam."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fitcli.engine.atomic import file_error
from fitcli.engine.jsontext import dumps
from fitcli.errors import ModelFileError, Problem


class JsonLines:
    """Append events to a file of JSON lines. Every `write` is one whole line, handed to the system at once.

    With `append` a last line that a crash tore is cut off. `position` (the value of `sync()` kept in a checkpoint)
    also cuts the lines written after that checkpoint, which the resumed fit will write again.
    """

    def __init__(self, path: str | os.PathLike, append: bool = False, position: int | None = None):
        self.path = Path(path)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._handle = os.open(path, flags | (0 if append else os.O_TRUNC), 0o666)
            if append:
                os.ftruncate(self._handle, self._end_of_lines(position))
        except OSError as error:
            raise file_error(error, path) from error

    def _end_of_lines(self, position: int | None) -> int:
        size = os.fstat(self._handle).st_size
        end = size if position is None else min(size, position)
        while end > 0:
            start = max(0, end - 4096)
            os.lseek(self._handle, start, os.SEEK_SET)
            newline = os.read(self._handle, end - start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            end = start
        return 0

    def write(self, event: dict) -> None:
        """Append one event. NaN and infinities become null, with their key kept."""
        data = (dumps(event) + "\n").encode()
        try:
            if os.fstat(self._handle).st_nlink == 0:  # deleted: writing would succeed and be lost
                raise FileNotFoundError(2, "deleted")
            while data:
                data = data[os.write(self._handle, data):]
        except OSError as error:
            raise file_error(error, self.path) from error

    def sync(self) -> int:
        """Make what is written survive a power cut; the size of the file, to be kept in a checkpoint."""
        try:
            os.fsync(self._handle)
            return os.fstat(self._handle).st_size
        except OSError as error:
            raise file_error(error, self.path) from error

    def close(self) -> None:
        handle, self._handle = self._handle, -1
        try:
            if handle >= 0:
                os.close(handle)
        except OSError as error:  # where file systems are far away, this is when they tell what was not written
            raise file_error(error, self.path) from error

    def __enter__(self) -> JsonLines:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def read_log(path: str | os.PathLike) -> list[dict]:
    """The events of a log. A torn last line is left out; any other broken line is a ModelFileError with its number."""
    events = []
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    break
                try:
                    events.append(dict(json.loads(line)))
                except (ValueError, TypeError, RecursionError):
                    hint = "the log without that line"
                    raise ModelFileError(Problem("not a line of JSON", where=f"{path}:{number}", hint=hint)) from None
    except OSError as error:
        raise ModelFileError(f"cannot read {path}: {error.strerror or error}") from error
    return events


def lasting(events: list[dict]) -> list[dict]:
    """The events without the steps and epochs that a rollback has undone."""
    kept: list[dict] = []
    for event in events:
        if event.get("event") == "rollback":
            kept = [e for e in kept if e.get("event") == "rollback" or e.get("step", 0) <= event["to_step"]]
        kept.append(event)
    return kept
