import pytest

from fitcli.data.labelnames import read_names
from fitcli.errors import DataError


def test_a_name_a_line(tmp_path):
    path = tmp_path / "classes.txt"
    assert read_names(path) is None
    path.write_bytes("\ufeffT-shirt/top\r\nÄpfel \r\n\r\n".encode())
    assert read_names(path) == ("T-shirt/top", "Äpfel")


@pytest.mark.parametrize(("text", "told"), [("a\n\nb", ":2: a class name is empty"), ("a\na", "occur twice: 'a'")])
def test_names_that_are_none(tmp_path, text, told):
    (tmp_path / "classes.txt").write_text(text)
    with pytest.raises(DataError, match=told):
        read_names(tmp_path / "classes.txt")


def test_many_names_take_no_time_and_too_many_are_none(tmp_path):
    path = tmp_path / "classes.txt"
    path.write_text("\n".join(map(str, range(200_000))))
    assert len(read_names(path)) == 200_000  # comparing each with each would take minutes
    path.write_bytes(b"a" * 10_000_001)
    with pytest.raises(DataError, match="larger than 10,000,000 bytes"):
        read_names(path)


def test_a_link_to_nothing_is_told(tmp_path):
    (tmp_path / "classes.txt").symlink_to(tmp_path / "gone")
    with pytest.raises(DataError, match="classes.txt: there is no such file"):
        read_names(tmp_path / "classes.txt")
