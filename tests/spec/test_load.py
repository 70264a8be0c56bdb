import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fitcli.errors import SpecError
from fitcli.spec import load_spec, parse_spec

GOOD = "data: {path: ../photos}\nmodel: [flatten, dense: classes]\n"


@pytest.fixture
def failure(tmp_path):
    """What is told of a file with these bytes."""

    def load(content, name="s.yaml", **settings):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(SpecError) as caught:
            load_spec(path, **settings)
        assert caught.value.exit_code == 2
        return str(caught.value).replace(str(tmp_path) + os.sep, "")

    return load


@pytest.mark.parametrize("encoded", [GOOD.encode(), GOOD.encode("utf-8-sig"), GOOD.replace("\n", "\r\n").encode()])
def test_a_file(tmp_path, encoded):
    (tmp_path / "s.yaml").write_bytes(encoded)
    spec = load_spec(tmp_path / "s.yaml")
    assert spec == parse_spec(GOOD, base_dir=tmp_path)
    assert spec.file == str(tmp_path / "s.yaml")
    assert spec.where("model[1]") == f"{tmp_path / 's.yaml'}:2"


def test_the_path_of_the_data(tmp_path, monkeypatch):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "s.yaml").write_text(GOOD)
    here = os.path.realpath(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert load_spec("configs/s.yaml").data.path == os.path.join(here, "photos")
    assert load_spec("configs/s.yaml", data="other").data.path == os.path.join(here, "other")
    assert load_spec("configs/s.yaml", ["data.path=third"]).data.path == os.path.join(here, "third")
    assert load_spec("configs/s.yaml", ["data.path=third"], data="other").data.path == os.path.join(here, "other")
    monkeypatch.chdir("configs")
    assert load_spec("s.yaml").data.path == os.path.join(here, "photos")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse_spec("data: {path: ~/mine}\nmodel: [relu]").data.path == os.path.join(here, "mine")


@pytest.mark.parametrize("text", ["model: [relu]", "data:\nmodel: [relu]", "data: {source: auto}\nmodel: [relu]"])
def test_data_alone_is_enough(text):
    assert parse_spec(text, data="/x").data.path == os.path.realpath("/x")


@pytest.mark.parametrize(
    ("given", "where"), [({"data": ""}, "--data"), ({"overrides": ["data.path=''"]}, "--set data.path=''")]
)
def test_an_empty_path(problems, given, where):
    (problem,) = problems(GOOD, **given)
    assert (problem.where, problem.path, problem.message) == (where, "data.path", "'' is no path")


def test_a_broken_section_is_told_in_spite_of_data(problems):
    assert [problem.path for problem in problems("data: 3\nmodel: [relu]", data="x")] == ["data"]
    assert [problem.message for problem in problems("3", data="x")] == ["a spec cannot be 3"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "s.yaml:1: there is nothing in it\n  try: start from configs/fashion.yaml"),
        (b"a: 1\nb: \xff", "s.yaml:2: byte 8 (0xff) is not UTF-8 text\n  try: save the file as UTF-8"),
        ("a: é".encode("latin-1"), "s.yaml:1: byte 3 (0xe9) is not UTF-8 text\n  try: save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "s.yaml:1: byte 0 (0xff) is not UTF-8 text\n  try: save the file as UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "s.yaml:1: byte 0 (0x89) is not UTF-8 text\n  try: save the file as UTF-8"),
        (b"a: 1 #" + b"x" * 1_000_000, "s.yaml: the file is larger than 1000000 bytes: this is no spec"),
    ],
)
def test_files_that_are_no_spec(failure, content, told):
    assert failure(content) == told


def test_a_file_that_is_not_there(tmp_path):
    (tmp_path / "fashion.yaml").write_text(GOOD)
    with pytest.raises(SpecError) as caught:
        load_spec(tmp_path / "fashon.yaml")
    assert str(caught.value) == (
        f"{tmp_path / 'fashon.yaml'}: there is no such file\n  allowed: a YAML file\n  try: {tmp_path / 'fashion.yaml'}"
    )
    with pytest.raises(SpecError, match="there is no such file\n  allowed: a YAML file$"):
        load_spec(tmp_path / "nowhere" / "x.yaml")


@pytest.mark.parametrize(("files", "hint"), [([], ""), (["b.yaml"], "b.yaml"), (["a.yaml", "spec.yaml"], "spec.yaml")])
def test_a_folder(tmp_path, files, hint):
    for name in files:
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(SpecError) as caught:
        load_spec(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: this is a folder, not a spec")
    assert caught.value.problems[0].hint == (str(tmp_path / hint) if hint else "")


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 5000, "s.yaml/t.yaml"])
def test_names_that_are_no_file(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(GOOD)
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    assert len(caught.value.problems) == 1


def test_a_thousand_mistakes_are_counted(problems):
    found = problems(GOOD + "fit: {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}")
    assert len(found) == 101
    assert str(found[-1]) == "and 900 mistakes more"


@settings(max_examples=150, deadline=None)
@given(st.text())
@example("[" * 900)
@example("!!binary x")
@example("? ? ?")
@example("&a [*a, {*a : 1}]")
@example("\ufeff\ufeffa: |9\n x")
@example("'\\x'\n\"\\x\"")
def test_any_text_is_a_spec_or_a_spec_error(text):
    with pytest.raises(SpecError):
        parse_spec(text)


PIECES = [
    "data", "model", "conv", ":", ": ", "- ", "\n", "  ", "{", "}", "[", "]", ",", "&a ", "*a", "!!", "'", '"', "|",
    ">", "#", "%", "\t", "1", "e", "-", "<<", "? ", "---", "...", "\\", "\ufeff", "@", "`", "\x85", "null",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_heap_of_yaml_is_a_spec_or_a_spec_error(text):
    with pytest.raises(SpecError):
        parse_spec(GOOD + "fit:\n" + text + "\nwrong: 1")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_any_override_is_one_or_a_spec_error(text):
    try:
        parse_spec(GOOD, overrides=[text])
    except SpecError as error:
        assert all(problem.where for problem in error.problems)
    else:
        assert "=" in text


def test_the_source_of_the_spec_need_not_be_that_of_other_data(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "list.csv").write_text("a.png,cat\n")
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "train-images-idx3-ubyte").touch()
    text = "data: {path: x, source: idx}\nmodel: [relu]"
    assert parse_spec(text).data.source == "idx"
    for data, source in ((tmp_path, "auto"), (tmp_path / "list.csv", "auto"), (tmp_path / "numbers", "idx")):
        assert parse_spec(text, data=str(data)).data.source == source
    with pytest.raises(SpecError, match="data.source"):
        parse_spec("data: {path: x, source: idxx}\nmodel: [relu]", data=str(tmp_path))
