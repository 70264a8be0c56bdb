import pytest

from fitcli.engine.plaintext import plain, plain_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dög 日本 a/b.png", "dög 日本 a/b.png"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\tc\rd\0", "a\\nb\\tc\\rd\\x00"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("gpj.\u202etac", "gpj.\\u202etac"),
        ("\u2066a\u2069\u2028", "\\u2066a\\u2069\\u2028"),
        ("not utf-8: \udcff", "not utf-8: \\udcff"),
        (7, "7"),
    ],
)
def test_plain(text, shown):
    assert plain(text) == shown
    plain(text).encode()


def test_plain_lines_keeps_line_breaks_only():
    assert plain_lines("a\nb\x1b") == "a\nb\\x1b"
