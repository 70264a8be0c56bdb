"""What a file that is not ours seems to be, from its first bytes: the mistake is usually the wrong file."""

from __future__ import annotations

MARKS = {
    b"PK": "a zip archive (a PyTorch file?)",
    b"\x80": "a pickle",
    b"\x89HDF": "an HDF5 file",
    b"{": "JSON",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "a gzip file",
}


def looks_like(head: bytes, size: int) -> str:
    """`head`: at least the first 16 bytes, or all there are. `size`: of the whole file."""
    if size == 0:
        return "it is empty"
    if head[8:10] == b'{"':  # the header of a safetensors file
        return "it was cut off, damaged, or written by another program"
    what = next((what for mark, what in MARKS.items() if head.startswith(mark)), None)
    return f"it looks like {what}" if what else "its contents are something else"
