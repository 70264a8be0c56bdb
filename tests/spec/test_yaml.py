import pytest

from fitcli.errors import SpecError
from fitcli.spec.node import plain
from fitcli.spec.yaml import MAX_DEPTH, MAX_NODES, parse


def read(text):
    problems = []
    node = parse(text, lambda line: f"s.yaml:{line}", problems)
    assert problems == []
    return node


def failure(text):
    with pytest.raises(SpecError) as caught:
        parse(text, lambda line: f"s.yaml:{line}", [])
    return str(caught.value)


def noted(text):
    problems = []
    value = plain(parse(text, lambda line: f"s.yaml:{line}", problems))
    return value, list(map(str, problems))


def test_values_and_their_lines():
    node = read("a: 1\nb:\n  - x\n  - {c: 1e-3,\n     d: 'no'}\n")
    assert plain(node) == {"a": 1, "b": ["x", {"c": 0.001, "d": "no"}]}
    assert node.value["a"].where == "s.yaml:1"
    assert node.value["b"].where == "s.yaml:2"
    assert [item.where for item in node.value["b"].value] == ["s.yaml:3", "s.yaml:4"]
    assert node.value["b"].value[1].value["d"].where == "s.yaml:5"


def test_quotes_and_blocks_keep_texts():
    text = "a: '3'\nb: \"true\"\nc: |\n  3\nd: >-\n  null\n"
    assert plain(read(text)) == {"a": "3", "b": "true", "c": "3\n", "d": "null"}


def test_keys_are_words():
    assert plain(read("1: a\nyes: b\nnull: c\n'd': e")) == {"1": "a", "yes": "b", "null": "c", "d": "e"}


def test_an_alias_stands_at_its_own_line():
    node = read("a: &a {x: 1}\nb: *a\nc: [2,\n *a]")
    assert plain(node) == {"a": {"x": 1}, "b": {"x": 1}, "c": [2, {"x": 1}]}
    assert node.value["b"].where == "s.yaml:2"
    assert node.value["c"].value[1].where == "s.yaml:4"


def test_nine_levels_of_aliases_do_not_explode():
    letters = "abcdefghi"
    text = "a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0]\n"
    text += "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip(letters, letters[1:]))
    assert failure(text) == "s.yaml:5: more than 20000 values (aliases count as what they stand for)"


def test_many_values_are_counted():
    assert len(read("[" + "0," * (MAX_NODES - 1) + "]").value) == MAX_NODES - 1
    assert failure("[" + "0," * MAX_NODES + "]").startswith("s.yaml:1: more than 20000 values")


def test_broken_aliases():
    assert failure("a: 1\nb: *c") == "s.yaml:2: b: nothing above is marked &c"
    assert failure("a: &a\n  - *a") == "s.yaml:2: a[0]: *a stands inside of what it stands for"


@pytest.mark.parametrize("text", ["[" * 900, "{a: " * 900, "- " * 900, "- ? " * 900, "[" * 500_000])
def test_deep_nesting_is_refused(text):
    told = "a key is not a plain word" if "?" in text else "brackets or indentation nested deeper than 100 levels"
    assert failure(text) in (f"s.yaml:1: {told}", f"s.yaml:1: [0]: {told}")


def test_nesting_up_to_the_limit_is_read():
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert "nested deeper" in failure("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2))


def test_a_key_given_twice_is_noted_with_both_lines():
    value, problems = noted("fit:\n  epochs: 1\n  batch: 2\n  epochs: 3\nx: {a: 1, a: 2}")
    assert value == {"fit": {"epochs": 1, "batch": 2}, "x": {"a": 1}}
    assert problems == [
        "s.yaml:4: fit.epochs: the same key again: it stands on line 2 already\n  try: keep one of them",
        "s.yaml:5: x.a: the same key again: twice on this line\n  try: keep one of them",
    ]


def test_numbers_that_cannot_be_held_are_noted():
    _, problems = noted(f"a: [1, {'9' * 5000}]\nb: 1e999")
    assert problems == [
        f"s.yaml:1: a[1]: a whole number needs more than 64 bits: {'9' * 60}",
        "s.yaml:2: b: a number is too large for 64-bit floating point: 1e999",
    ]


def test_tags_are_noted_never_obeyed():
    value, problems = noted("a: !!python/object/apply:os.system ['exit']\nb: !mine 3")
    assert value == {"a": ["exit"], "b": "3"}
    assert problems == [
        "s.yaml:1: a: the tag '!!python/object/apply:os.system' is not supported\n  try: leave it out",
        "s.yaml:2: b: the tag '!mine' is not supported\n  try: leave it out",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "s.yaml:1: there is nothing in it\n  try: start from configs/fashion.yaml"),
        ("# only\n# comments\n", "s.yaml:1: there is nothing in it\n  try: start from configs/fashion.yaml"),
        ("a: 1\n---\nb: 2", "s.yaml:2: a second document starts here, where one is expected"),
        ("a:\n  <<: {b: 1}", "s.yaml:2: a: merge keys (<<) are not supported\n  try: write the settings out"),
        ("? [a]\n: 1", "s.yaml:1: a key is not a plain word"),
        ("x: 1\ny: '\ud800'", "s.yaml:2: a character that no text file holds: '\\ud800'"),
        ('x: 1\ny: "\\ud800"', "s.yaml:2: y: a text holds half a character (an escape from \\ud800 to \\udfff)"),
        ('x: 1\ny: "\\UFFFFFFFF"', "s.yaml:2: a broken escape or % directive"),
        ("%YAML " + "9" * 5000 + "\n---\na: 1", "s.yaml:1: a broken escape or % directive"),
    ],
)
def test_what_ends_the_reading(text, message):
    assert failure(text) == message


def test_a_fatal_mistake_does_not_hide_the_ones_before():
    first = "s.yaml:2: a: the same key again: it stands on line 1 already"
    assert failure("a: 1\na: 2\nb: *c").splitlines()[0] == first
    assert failure("a: 1\na: 2\nb: [").splitlines()[0] == first
