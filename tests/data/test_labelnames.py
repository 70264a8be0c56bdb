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
