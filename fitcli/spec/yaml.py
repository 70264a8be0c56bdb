"""YAML text → `Node`, from PyYAML's events: a place for every value, bounded in depth, size and aliases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fitcli.errors import Problem, SpecError
from fitcli.spec.node import Node, below
from fitcli.spec.scalars import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 100
MAX_NODES = 20_000  # after aliases are expanded


def parse(text: str, place: Callable[[int], str], problems: list[Problem]) -> Node:
    """The one document in `text`. `place(line)` words a place, lines counted from 1.

    Mistakes that leave the rest readable (a key given twice) are added to `problems`, others raise SpecError.
    """
    return _Parser(text, place, problems).document()


class _Parser:
    def __init__(self, text: str, place: Callable[[int], str], problems: list[Problem]):
        self.place = place
        self.problems = problems
        self.anchors: dict[str, tuple[Node, int] | None] = {}  # node and its size; None while it is being read
        self.nodes = 0
        self.line = 1
        self.events = self._events(text)

    def _events(self, text: str) -> Iterator:
        import yaml

        from fitcli.spec.syntax import syntax_problem

        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self.line = event.start_mark.line + 1
                yield event
        except yaml.YAMLError as error:
            raise SpecError(*self.problems, syntax_problem(error, text, self.place)) from None
        except (ValueError, OverflowError, LookupError, AttributeError, TypeError):  # PyYAML lets them out
            raise self._stop("a broken escape or % directive", self.line) from None

    def _stop(self, message: str, line: int, path: str = "", hint: str = "") -> SpecError:
        return SpecError(*self.problems, Problem(message, self.place(line), path, hint=hint))

    def document(self) -> Node:
        next(self.events)  # the start of the stream
        event = next(self.events)
        if type(event).__name__ == "StreamEndEvent":
            raise self._stop("there is nothing in it", 1, hint="start from configs/fashion.yaml")
        node = self._node(next(self.events), "", 0)
        next(self.events)  # the end of the document
        event = next(self.events)
        if type(event).__name__ != "StreamEndEvent":
            raise self._stop("a second document starts here, where one is expected", event.start_mark.line + 1)
        return node

    def _node(self, event: object, path: str, depth: int) -> Node:
        line = event.start_mark.line + 1
        kind = type(event).__name__
        self.nodes += 1
        if kind == "AliasEvent":
            return self._alias(event.anchor, line, path)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")[:60]
            message = f"the tag {tag!r} is not supported"
            self.problems.append(Problem(message, self.place(line), path, hint="leave it out"))
        if depth > MAX_DEPTH:
            raise self._stop(f"brackets or indentation nested deeper than {MAX_DEPTH} levels", line)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        before = self.nodes
        if kind == "ScalarEvent":
            value = self._scalar(event, line, path)
        elif kind == "SequenceStartEvent":
            value = self._list(path, depth)
        else:
            value = self._mapping(path, depth)
        node = Node(value, self.place(line))
        self._count(0, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - before + 1)
        return node

    def _count(self, more: int, line: int) -> None:
        self.nodes += more
        if self.nodes > MAX_NODES:
            raise self._stop(f"more than {MAX_NODES} values (aliases count as what they stand for)", line)

    def _alias(self, anchor: str, line: int, path: str) -> Node:
        if anchor not in self.anchors:
            raise self._stop(f"nothing above is marked &{anchor[:60]}", line, path)
        found = self.anchors[anchor]
        if found is None:
            raise self._stop(f"*{anchor[:60]} stands inside of what it stands for", line, path)
        node, size = found
        self._count(size - 1, line)
        return Node(node.value, self.place(line))

    def _scalar(self, event: object, line: int, path: str) -> object:
        text = event.value
        if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self._stop("a text holds half a character (an escape from \\ud800 to \\udfff)", line, path)
        if not event.implicit[0]:  # quoted, or a block of text
            return text
        try:
            return resolve(text)
        except ValueError as error:
            self.problems.append(Problem(f"{error}: {text[:60]}", self.place(line), path, text))
            return 0

    def _list(self, path: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            items.append(self._node(event, below(path, len(items)), depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            line = event.start_mark.line + 1
            key = event.value if type(event).__name__ == "ScalarEvent" else None
            if key is None:
                raise self._stop("a key is not a plain word", line, path)
            if key == "<<":
                raise self._stop("merge keys (<<) are not supported", line, path, "write the settings out")
            node = self._node(next(self.events), below(path, key), depth + 1)
            if key in items:
                first = f"it stands on line {lines[key]} already" if lines[key] != line else "twice on this line"
                self.problems.append(
                    Problem(f"the same key again: {first}", self.place(line), below(path, key), hint="keep one of them")
                )
                continue
            items[key] = Node(node.value, self.place(line))
            lines[key] = line
        return items
