import pytest

from fitcli.data.table import delimiter_of, read_table, split_line
from fitcli.errors import DataError


@pytest.fixture
def table(tmp_path):
    def read(text):
        (tmp_path / "list.csv").write_text(text, "utf-8")
        return read_table(tmp_path / "list.csv")

    return read


def test_lines_in_their_parts():
    assert [delimiter_of(line) for line in ("a\tb,c", "a,b;c", "a;b c", "a b")] == ["\t", ",", ";", " "]
    assert split_line("my photos/1.png cat", " ") == ["my photos/1.png", "cat"]
    assert split_line('"a,b", c', ",") == ["a,b", "c"]


def test_columns_by_their_names_or_their_order(table):
    named = table("Label,ignored,Image\ncat,3,a.png\n\ndog,,b.png\n")
    assert named.columns == ("label", "path") and named.classes == ()
    assert named.rows == [(2, {"label": "cat", "path": "a.png"}), (4, {"label": "dog", "path": "b.png"})]
    assert table("a.png;cat;train").rows == [(1, {"path": "a.png", "label": "cat", "split": "train"})]


def test_one_column_of_labels(table):
    found = table("path,Tags,set\na.png,cat dog,val\nb.png,,train\n")
    assert found.columns == ("path", "labels", "split") and found.rows[1] == (3, {"path": "b.png", "labels": "", "split": "train"})
    assert table("path labels\na.png cat|dog\n").rows == [(2, {"path": "a.png", "labels": "cat|dog"})]
    both = table("path,label,tags\na.png,cat,wet\n")
    assert "label" in both.columns and both.classes == ()


def test_a_column_a_class(table):
    found = table(",path,Cat,small dog,patient\n0,a.png,1,0,p\n")  # pandas numbers its rows in a column without a name
    assert found.classes == ("Cat", "small dog") and found.columns == ("path", "Cat", "small dog", "group")
    assert found.rows == [(2, {"path": "a.png", "Cat": "1", "small dog": "0", "group": "p"})]


@pytest.mark.parametrize(("text", "told"), [
    ("path,cat,cat\na,0,1\n", "list.csv:1: columns of the same name: 'cat'"),
    ("path,cat,dog\na,0\n", "list.csv:2: 2 of 3 columns"),
    ("path,cat,dog\n,0,1\n", "list.csv:2: the path is empty"),
    ("path,cat,dog\n", "list.csv: lists no images behind its first line"),
    ("a,\n", "list.csv:1: the label is empty"),
])  # fmt: skip
def test_wrong_tables(table, text, told):
    with pytest.raises(DataError) as caught:
        table(text)
    assert told in str(caught.value) and caught.value.exit_code == 3


def test_a_field_without_end(table):
    with pytest.raises(DataError, match="list.csv:.*is no table"):
        table('a.png,cat\n"' + "x" * 200_000)
