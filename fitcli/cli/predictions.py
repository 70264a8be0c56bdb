"""The formats of `fitcli predict`. Each gets the results one by one and writes to stdout.

Of a `multilabel` model a result has "labels" too: every class that is probable enough, or none.
"""

from __future__ import annotations

import csv
import io
import re

from fitcli.cli.output import json_text, plain, say, table

SHOWN_IN_TABLE = 3


def best(probabilities: dict[str, float], top: int | None) -> dict[str, float]:
    """The `top` most probable classes, most probable first; all, in the model's order, when `top` is None."""
    if top is None:
        return probabilities
    return dict(sorted(probabilities.items(), key=lambda item: -item[1])[:top])


class JsonWriter:
    """One array, written as it grows: `[{"path", "label", "probabilities": {class: p}}, ...]`."""

    def __init__(self, classes: tuple[str, ...], top: int | None, multilabel: bool = False):
        self.top = top
        self.lead = "["

    def result(self, result: dict) -> None:
        print(self.lead + self.text(result), end="")
        self.lead = ",\n "

    def text(self, result: dict) -> str:
        probabilities = best(result["probabilities"], self.top)
        return json_text(result | {"probabilities": probabilities})

    def end(self) -> None:
        say("[]" if self.lead == "[" else "]")


class JsonLinesWriter(JsonWriter):
    """One object a line, each flushed, for programs that read along."""

    def result(self, result: dict) -> None:
        print(self.text(result), flush=True)

    def end(self) -> None:
        pass


class CsvWriter:
    """path,label,p(class),...: a column for every class, left empty for those beyond `top`. A `multilabel` model's labels
    stand in the column `labels`, as a list of images has them: cat|dog."""

    def __init__(self, classes: tuple[str, ...], top: int | None, multilabel: bool = False):
        self.classes, self.top = classes, top
        self.header = ["path", "label", *["labels"] * multilabel, *(f"p({plain(name)})" for name in classes)]

    def row(self, cells: list[str]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(cells)
        say(text.getvalue())

    def result(self, result: dict) -> None:
        self._head()
        chosen = best(result["probabilities"], self.top)
        numbers = [repr(float(chosen[name])) if name in chosen else "" for name in self.classes]
        labels = [_inert(plain("|".join(result["labels"])), "'")] if "labels" in result else []
        self.row([_inert(plain(result["path"]), "./"), _inert(plain(result["label"]), "'"), *labels, *numbers])

    def end(self) -> None:
        self._head()

    def _head(self) -> None:
        if self.header:
            self.row(self.header)
            self.header = []


def _inert(text: str, lead: str) -> str:
    """With `lead` before what a spreadsheet would run as a formula; numbers are none."""
    return lead + text if re.match(r"[=@]|[-+](?![\d.]+$)", text) else text


class TableWriter:
    """A table for people: the label or labels, and the most probable classes with their probabilities."""

    def __init__(self, classes: tuple[str, ...], top: int | None, multilabel: bool = False):
        self.top = top
        self.head = "labels" if multilabel else "label"
        self.rows: list[list[str]] = []

    def result(self, result: dict) -> None:
        chosen = best(result["probabilities"], self.top or max(SHOWN_IN_TABLE, len(result.get("labels", ()))))
        shares = "  ".join(f"{plain(name)} {100 * p:.1f} %" for name, p in chosen.items())
        label = (", ".join(result["labels"]) or "-") if "labels" in result else result["label"]
        self.rows.append([result["path"], label, shares])

    def end(self) -> None:
        if self.rows:
            table(["image", self.head, "probabilities"], self.rows)


WRITERS = {"table": TableWriter, "json": JsonWriter, "jsonl": JsonLinesWriter, "csv": CsvWriter}
