"""steps.csv and epochs.csv: the steps and epochs of a log as tables, for spreadsheets and data frames."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

from fitcli.engine.atomic import file_error, write_atomic

_PLAIN = (int, float, str, type(None))  # what a cell can hold


class LogTable:
    """One row for each event of `kind` that lasts, the columns in the order in which their keys first came.

    A function of the log alone: `begin` makes the file anew from its events, and so does what a row appended cannot
    say, which is a key that comes later, or a rollback. `history()` gives the events that last, the newest included.
    """

    def __init__(self, path: str | os.PathLike, kind: str, history: Callable[[], list[dict]]):
        self.path, self.kind, self.history = Path(path), kind, history
        self._handle = -1
        self._columns: list[str] = []
        self._keys: set[str] = set()

    def begin(self, events: list[dict]) -> None:
        """The table of these events; no file while there are none."""
        self.close()
        rows = [event for event in events if event.get("event") == self.kind]
        self._keys = {key for row in rows for key in row}
        self._columns = list(dict.fromkeys(key for row in rows for key in row if _is_column(key, row[key])))
        try:
            if not rows:
                self.path.unlink(missing_ok=True)
                return
            lines = [",".join(map(_cell, self._columns)), *map(self._row, rows)]
            text = "".join(line + "\n" for line in lines).encode()
            known = self._begins_with(text)
            if not known:
                write_atomic(self.path, text)
            self._handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
            if known:
                os.ftruncate(self._handle, len(text))
        except OSError as error:
            raise file_error(error, self.path) from error

    def _begins_with(self, text: bytes) -> bool:
        """Then it is only cut: a disk that is nearly full has no room for a second one."""
        if not self.path.is_file():
            return False
        with open(self.path, "rb") as file:
            return file.read(len(text)) == text

    def write(self, event: dict) -> None:
        """Append the row of `event`, if it is one of this table, handed to the system at once."""
        if event["event"] != self.kind:
            if event["event"] == "rollback":
                self.begin(self.history())
            return
        try:
            # an editor that saves puts another file in the place of this one
            if event.keys() - self._keys or os.fstat(self._handle).st_nlink == 0:
                return self.begin(self.history())
            data = (self._row(event) + "\n").encode()
            while data:
                data = data[os.write(self._handle, data):]
        except OSError as error:
            raise file_error(error, self.path) from error

    def sync(self) -> None:
        """Nothing: what a power cut takes comes back from the log."""

    def close(self) -> None:
        handle, self._handle = self._handle, -1
        try:
            if handle >= 0:
                os.close(handle)
        except OSError as error:
            raise file_error(error, self.path) from error

    def _row(self, event: dict) -> str:
        return ",".join([_cell(event.get(column)) for column in self._columns])


def _is_column(key: str, value: object) -> bool:
    return key != "event" and (isinstance(value, _PLAIN) or getattr(value, "shape", None) == ())


def _cell(value: object) -> str:
    """As JSON has it, without quotes where none are needed; nothing for null, NaN and infinities."""
    if isinstance(value, float):
        return float.__repr__(value) if math.isfinite(value) else ""
    if value is None:
        return ""
    if isinstance(value, (bool, int)):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"' if set(value) & set(' ,"\r\n') else value
    return _cell(value.item()) if getattr(value, "shape", None) == () else ""
