import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("many_images", Path(__file__).with_name("many_images.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_images_and_spec_are_made_and_can_be_checked(script, tmp_path):
    script.make(40, tmp_path, side=16)
    files = sorted(tmp_path.rglob("*.jpg"))
    assert len(files) == 40 and len({path.parent for path in files}) == 10
    times = [path.stat().st_mtime_ns for path in files]
    script.make(40, tmp_path, side=16)
    assert [path.stat().st_mtime_ns for path in files] == times
    found = script.measured(tmp_path, "data", "check", "images")
    assert found["code"] == 0 and 20 < found["mb"] < 2000 and found["command"] == "fitcli data check images"
    from fitcli.spec import load_spec

    assert load_spec(tmp_path / "spec.yaml").data.cache == "always"
