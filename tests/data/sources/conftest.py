"""Batches and archives made on the spot."""

import io
import pickle
import tarfile
import zipfile

import numpy as np
import pytest

from fitcli.errors import DataError


@pytest.fixture
def problem():
    """problem(source, root) -> what opening it complains about."""

    def told(source, root):
        with pytest.raises(DataError) as caught:
            source.open(root)
        assert caught.value.exit_code == 3 and str(root) in str(caught.value)
        return str(caught.value)

    return told


@pytest.fixture
def batch():
    """batch(labels) -> (uint8 [N, 3072], labels)."""

    def make(labels, seed=0):
        pixels = np.random.default_rng(seed).integers(0, 256, (len(labels), 3072), np.uint8)
        return pixels, list(labels)

    return make


@pytest.fixture
def pickled():
    return lambda value, protocol=2: pickle.dumps(value, protocol)


@pytest.fixture
def pack(tmp_path):
    """pack("a.zip", {name: bytes}) -> the archive; a.tar, a.tar.gz, a.tgz, a.tar.xz as well."""

    def make(name, members):
        path = tmp_path / name
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for member, data in members.items():
                    archive.writestr(member, data)
            return path
        mode = "w:gz" if name.endswith("gz") else "w:xz" if name.endswith("xz") else "w"
        with tarfile.open(path, mode) as archive:
            for member, data in members.items():
                info = tarfile.TarInfo(member)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return path

    return make
