import csv
import io
import json

import pytest

from fitcli.cli.predictions import WRITERS, best

CLASSES = ("cat", "dog", 'a "b",\x1b[1m')
RESULTS = [
    {"path": "x, y.png", "label": "dog", "probabilities": dict(zip(CLASSES, (0.25, 0.625, 0.125)))},
    {"path": "é\n.png", "label": CLASSES[2], "probabilities": dict(zip(CLASSES, (0.0, 0.25, 0.75)))},
]


@pytest.fixture
def written(capsys):
    def write(style, top=None, results=RESULTS):
        writer = WRITERS[style](CLASSES, top)
        for result in results:
            writer.result(result)
        writer.end()
        return capsys.readouterr().out

    return write


def test_best():
    assert best({"a": 0.1, "b": 0.9}, None) == {"a": 0.1, "b": 0.9}
    assert list(best({"a": 0.1, "b": 0.7, "c": 0.2}, 2).items()) == [("b", 0.7), ("c", 0.2)]
    assert best({"a": 1.0}, 5) == {"a": 1.0}


def test_json(written):
    assert json.loads(written("json")) == RESULTS
    assert written("json").startswith('[{"path": "x, y.png", "label": "dog", "probabilities": {"cat": 0.25, ')
    assert json.loads(written("json", results=[])) == []
    one = json.loads(written("json", top=1))
    assert [list(result["probabilities"].items()) for result in one] == [[("dog", 0.625)], [(CLASSES[2], 0.75)]]


def test_json_lines(written):
    assert [json.loads(line) for line in written("jsonl").splitlines()] == RESULTS
    assert written("jsonl", results=[]) == ""


def test_json_lines_are_told_one_by_one(capsys):
    writer = WRITERS["jsonl"](CLASSES, None)
    writer.result(RESULTS[0])
    assert json.loads(capsys.readouterr().out) == RESULTS[0]


def test_csv(written):
    header, first, second = csv.reader(io.StringIO(written("csv")))
    assert header == ["path", "label", "p(cat)", "p(dog)", 'p(a "b",\\x1b[1m)']
    assert first == ["x, y.png", "dog", "0.25", "0.625", "0.125"]
    assert second == ["é\\n.png", 'a "b",\\x1b[1m', "0.0", "0.25", "0.75"]
    assert written("csv", results=[]).count("\n") == 1


@pytest.mark.parametrize(
    ("name", "path", "label"),
    [("=1+1", "./=1+1", "'=1+1"), ("@x", "./@x", "'@x"), ("-cmd", "./-cmd", "'-cmd"), ("-1", "-1", "-1"), ("+2.5", "+2.5", "+2.5")],
)
def test_no_name_is_a_formula_of_a_spreadsheet(written, name, path, label):
    text = written("csv", results=[{"path": name, "label": name, "probabilities": {}}])
    assert list(csv.reader(io.StringIO(text)))[1][:2] == [path, label]


def test_csv_of_the_top_keeps_its_columns(written):
    header, first, second = csv.reader(io.StringIO(written("csv", top=1)))
    assert len(header) == 5 and first[2:] == ["", "0.625", ""] and second[2:] == ["", "", "0.75"]


def test_table(written):
    out = written("table", top=2)
    assert "dog 62.5 %  cat 25.0 %" in out and "12.5 %" not in out
    assert "\x1b" not in out and "é\\n.png" in out
    assert written("table", results=[]) == ""


@pytest.mark.parametrize("style", WRITERS)
def test_nothing_a_terminal_obeys(written, style):
    assert "\x1b" not in written(style)


SEVERAL = [
    {"path": "1.png", "label": "dog", "labels": ["dog", "cat"], "probabilities": dict(zip(CLASSES, (0.5, 0.75, 0.125)))},
    {"path": "2.png", "label": "cat", "labels": [], "probabilities": dict(zip(CLASSES, (0.25, 0.125, 0.0)))},
]


@pytest.mark.parametrize("style", WRITERS)
def test_several_classes_an_image(capsys, style):
    writer = WRITERS[style](CLASSES, None, multilabel=True)
    for result in SEVERAL:
        writer.result(result)
    writer.end()
    out = capsys.readouterr().out
    if style == "json":
        assert json.loads(out) == SEVERAL
    elif style == "jsonl":
        assert [json.loads(line) for line in out.splitlines()] == SEVERAL
    elif style == "csv":
        header, first, second = csv.reader(io.StringIO(out))
        assert header[:4] == ["path", "label", "labels", "p(cat)"]
        assert first[:4] == ["1.png", "dog", "dog|cat", "0.5"] and second[:4] == ["2.png", "cat", "", "0.25"]
    else:
        lines = out.splitlines()
        assert lines[0].split() == ["image", "labels", "probabilities"]
        assert lines[2].split()[:3] == ["1.png", "dog,", "cat"] and lines[3].split()[:2] == ["2.png", "-"]


def test_a_table_shows_the_probability_of_every_label(capsys):
    names = tuple("abcde")
    writer = WRITERS["table"](names, None, multilabel=True)
    p = dict(zip(names, (0.9, 0.8, 0.7, 0.6, 0.1)))
    writer.result({"path": "1.png", "label": "a", "labels": list("abcd"), "probabilities": p})
    writer.end()
    out = capsys.readouterr().out
    assert "d 60.0 %" in out and "e 10.0 %" not in out
