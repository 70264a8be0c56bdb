import gzip
import pickle

import pytest

from fitcli.engine.recognise import looks_like


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "a zip archive (a PyTorch file?)"),
        (pickle.dumps([1.5] * 3), "a pickle"),
        (gzip.compress(b"x", mtime=0), "a gzip file"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b'{"a": 1}', "JSON"),
        ((500).to_bytes(8, "little") + b'{"w":{', "cut off, damaged, or written by another program"),
        (b"MZ", "its contents are something else"),
    ],
)
def test_looks_like(head, told):
    assert told in looks_like(head, len(head))
