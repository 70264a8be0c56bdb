"""PyYAML's complaints in the reader's words."""

from __future__ import annotations

from collections.abc import Callable

from fitcli.errors import Problem

_WORDS = (  # fmt: skip
    # what PyYAML says, what it means, what to do
    ("'\\t' that cannot start", "a tab where YAML wants spaces", "indent with spaces"),
    ("that cannot start any token", "a text cannot start with this character", "put the text in quotes"),
    ("mapping values are not allowed", "a ': ' out of place", "check the indentation; put a text with ': ' in quotes"),
    ("could not find expected ':'", "a key without ': ' and a value behind it", "check this line and the one above"),
    ("expected <block end>", "the indentation does not fit the lines above", "indent entries of one section alike"),
    ("expected the node content", "a value is missing, or a bracket never ends", ""),
    ("expected '<document start>'", "more text where the YAML is over", "check the indentation"),
    ("found unexpected end of stream", "a quoted text that never ends", "close the quotes"),
    ("expected ',' or ']'", "a list in [ ] without its comma or its end", "a comma between two entries, or ] at the end"),
    ("expected ',' or '}'", "a mapping in { } without its comma or its end", "a comma between two settings, or } at the end"),
)


def syntax_problem(error: Exception, text: str, place: Callable[[int], str]) -> Problem:
    """The Problem for a yaml.YAMLError."""
    position = getattr(error, "position", None)
    if position is not None:
        line = text.count("\n", 0, position) + 1
        return Problem(f"a character that no text file holds: {text[position : position + 1]!a}", place(line))
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    said = error.problem or error.context or ""
    for part, meaning, hint in _WORDS:
        if part in said:
            break
    else:
        meaning, hint = f"this is not valid YAML: {said}"[:200], ""
    opened = error.context_mark.line + 1 if error.context_mark and meaning.startswith("a ") else line
    if opened != line:
        meaning += f" (it starts on line {opened})"
    return Problem(meaning, place(line), hint=hint)
