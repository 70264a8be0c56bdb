import pytest

from fitcli.errors import ModelFileError


def test_it_says_what_is_the_same(fitcli, fake, here):
    asked = {}

    def verify_resume(spec, splits, folder, after, threads):
        asked.update(folder=folder, stops={after(12) for _ in range(300)}, one=after(1))
        assert folder.is_dir()
        return {"images": 7, "steps": 12, "interrupted_after": 5, "arrays": 9}

    fake("verifyresume", verify_resume=verify_resume, shortened=lambda spec, splits: (spec, splits))
    outcome = fitcli("train", "tiny.yaml", "--verify-resume")
    assert outcome.code == 0 and not asked["folder"].exists() and not (here / "runs").exists()
    assert outcome.out == (
        "interrupted after step 5 of 12 and resumed: all 9 arrays of the state and the model, and the log, are the same,"
        " bit for bit\n"
    )
    assert asked["stops"] == set(range(1, 12)) and asked["one"] == 1


def test_a_difference_is_an_error(fitcli, fake, here):
    def verify_resume(*_):
        raise ModelFileError("line 3 of the log is another")

    fake("verifyresume", verify_resume=verify_resume, shortened=lambda spec, splits: (spec, splits))
    outcome = fitcli("train", "tiny.yaml", "--verify-resume")
    assert outcome.code == 6 and "line 3 of the log is another" in outcome.err and outcome.out == ""


@pytest.mark.parametrize("other", [("--resume", "r"), ("--folds", 3), ("--out", "o")])
def test_it_stands_alone(fitcli, here, other):
    outcome = fitcli("train", "tiny.yaml", "--verify-resume", *other)
    assert outcome.code == 2 and "leave out --resume, --folds and --out" in outcome.err
