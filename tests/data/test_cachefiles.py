import os
import time

from fitcli.data.cachefiles import TEMPORARY, _nobody_makes, locked, sweep


def test_stale_temporaries_are_swept(tmp_path):
    old, left, made = (tmp_path / f"{TEMPORARY}{name}" for name in ("1-a", "2-b", "3-c"))
    for path in (old, left, made):
        path.write_text("")
    os.utime(old, (time.time() - 90_000,) * 2)
    with locked(tmp_path / "a.lock"), locked(tmp_path / "c.lock"):
        sweep(tmp_path)
    assert not old.exists() and not left.exists() and made.exists()


def test_images_without_their_list_are_swept(tmp_path):
    for stem, suffixes in (("left", ("images", "keys")), ("whole", ("images", "keys", "json")), ("made", ("images",))):
        for suffix in suffixes:
            (tmp_path / f"{stem}.{suffix}").write_text("")
    with locked(tmp_path / "made.lock"):
        sweep(tmp_path)
        assert sorted(p.name for p in tmp_path.iterdir()) == [
            "made.images", "made.lock", "whole.images", "whole.json", "whole.keys",
        ]  # fmt: skip


def test_a_lock_that_was_removed_is_no_lock(tmp_path):
    path = tmp_path / "a.lock"
    with locked(path):
        path.unlink()
        with locked(path):
            assert not _nobody_makes("a", tmp_path) and path.exists()
    assert _nobody_makes("a", tmp_path) and not path.exists()
