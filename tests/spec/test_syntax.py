import pytest

from fitcli.errors import SpecError
from fitcli.spec.yaml import parse


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("data:\n\tpath: x", "s:2: a tab where YAML wants spaces\n  try: indent with spaces"),
        ("a: @b", "s:1: a text cannot start with this character\n  try: put the text in quotes"),
        ("a: b: c", "s:1: a ': ' out of place\n  try: check the indentation; put a text with ': ' in quotes"),
        ("a: 1\nb\nc: 3", "s:3: a key without ': ' and a value behind it (it starts on line 2)"),
        (
            "a:\n  - b\n c: 1",
            "s:3: the indentation does not fit the lines above\n  try: indent entries of one section alike",
        ),
        ("a: 'b\n\nc: 3", "s:3: a quoted text that never ends (it starts on line 1)\n  try: close the quotes"),
        (
            "a: [b\nc: 3",
            "s:2: a list in [ ] without its comma or its end (it starts on line 1)\n  try: a comma between two entries, or ] at the end",
        ),
        (
            "a: {b: 1\nc: 3",
            "s:2: a mapping in { } without its comma or its end (it starts on line 1)\n  try: a comma between two settings, or } at the end",
        ),
        ("a: [", "s:1: a value is missing, or a bracket never ends"),
        ("a: 1\nb: \x00", "s:2: a character that no text file holds: '\\x00'"),
        ("a: 1\nb: \x1b[2J", "s:2: a character that no text file holds: '\\x1b'"),
        ("a: 1\n...\n%FOO\nb", "s:4: more text where the YAML is over"),
    ],
)
def test_the_words(text, message):
    with pytest.raises(SpecError) as caught:
        parse(text, lambda line: f"s:{line}", [])
    assert str(caught.value).startswith(message)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 300
