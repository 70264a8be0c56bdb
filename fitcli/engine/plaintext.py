"""Text from outside, such as the names of files and classes, in one line.

Control characters in it (terminal escapes, line breaks, marks that turn the direction of writing) are shown as `\\x1b` and
the like, never obeyed.
"""

from __future__ import annotations

import re

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def plain(text: object) -> str:
    """`text` in one line, with everything that a terminal or a picture could obey made visible."""
    return UNSAFE.sub(lambda match: _escape(match[0]), str(text))


def plain_lines(text: object) -> str:
    """Like `plain`, with line breaks kept."""
    return "\n".join(map(plain, str(text).split("\n")))


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode()
