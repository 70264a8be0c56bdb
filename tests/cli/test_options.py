import pytest


@pytest.mark.parametrize("command", ["train", "gradcheck", "summary", "time", "lr"])
def test_set_is_where_a_spec_is(fitcli, command):
    assert "--set KEY=VALUE" in fitcli(command, "--help").out


@pytest.mark.parametrize("command", ["evaluate", "gradcheck", "summary", "time", "lr"])
def test_json_is_where_a_report_is(fitcli, command):
    assert "--json" in fitcli(command, "--help").out


@pytest.mark.parametrize("command", ["train", "predict", "evaluate", "time", "lr"])
@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_threads_are_a_positive_number(fitcli, command, number):
    outcome = fitcli(command, "--threads", number, "x", "y")
    assert outcome.code == 2 and "'--threads'" in outcome.err


@pytest.mark.parametrize("command", ["train", "gradcheck", "summary", "time", "lr"])
def test_a_wrong_value_is_told_before_any_work(fitcli, here, command):
    outcome = fitcli(command, "tiny.yaml", "--set", "fit.epochs=no", "--set", "fit.bach=3")
    assert outcome.code == 2 and outcome.out == ""
    assert "fit.epochs" in outcome.err and "fit.batch" in outcome.err


@pytest.mark.parametrize("command", ["lr", "compare"])
def test_a_picture_that_cannot_be_written_is_told_before_any_work(fitcli, here, command):
    outcome = fitcli(command, "tiny.yaml", "--plot", here / "nowhere" / "x.png")
    assert outcome.code == 2 and f"there is no folder {here / 'nowhere'}" in outcome.err and outcome.out == ""


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_averaged_or_trained_weights(fitcli, fake, run, command):
    from dataclasses import replace

    import numpy as np

    from fitcli.engine.metrics.report import report
    from fitcli.engine.modelfile import load_model, save_model

    seen = []

    def look(model, *args, threads=None):
        seen.append(float(model.arrays["1.dense.weight"].mean()))
        return report(np.zeros((1, 2)), np.full((1, 2), 0.5), np.zeros(1, int), ("a", "b")) | {
            "loss": 0.0, "images": 1, "temperature": 1.0} if command == "evaluate" else []  # fmt: skip

    fake(command, **{command: look})
    images = ["photos/cat/1.png"] if command == "predict" else []
    outcome = fitcli(command, run, *images, "--weights", "averaged")
    assert outcome.code == 6 and "tiny-1 holds no averaged weights" in outcome.err and seen == []
    saved = load_model(run)
    averaged = {name: array + 3 for name, array in saved.arrays.items()}
    save_model(run / "model.safetensors", replace(saved, arrays=averaged, trained=saved.arrays))
    for given in ([], ["--weights", "averaged"], ["--weights", "trained"]):
        assert fitcli(command, run, *images, *given).code == 0
    assert seen == [3, 3, 0]
    save_model(run / "model-best.safetensors", replace(saved, arrays={name: array + 5 for name, array in saved.arrays.items()}))
    assert fitcli(command, run, *images, "--weights", "best").code == 0 and seen[3:] == [5]
    assert fitcli(command, run, *images, "--weights", "newest").code == 2


@pytest.mark.parametrize("command", ["predict", "evaluate"])
def test_a_threshold_is_for_several_classes_an_image(fitcli, run, command):
    outcome = fitcli(command, run, *["photos"] * (command == "predict"), "--threshold", 0.3)
    assert outcome.code == 2 and outcome.out == ""
    assert "--threshold: is for models of several classes an image; this one names the most probable class" in outcome.err
    assert fitcli(command, run, "--threshold", 1.5, "x").code == 2


def test_what_the_threshold_is():
    from fitcli.cli.options import check_threshold

    assert (check_threshold(None, False), check_threshold(None, True), check_threshold(0.0, True)) == (0.5, 0.5, 0.0)


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("train", "tiny.yaml"), "--data "),
        (("lr", "tiny.yaml"), "--data "),
        (("data", "show", "tiny.yaml"), "--data "),
        (("data", "check", "tiny.yaml"), "--set data.path="),
        (("compare", "--train", "tiny.yaml"), "--set data.path="),
    ],
)
def test_a_spec_without_its_images_says_what_to_type(fitcli, here, words, option):
    photos = here / "photos"
    photos.rename(here / "elsewhere")
    outcome = fitcli(*words)
    assert outcome.code == 3 and outcome.out == ""
    assert outcome.err == (
        f"error: tiny.yaml:1: data.path: there is no such folder: {photos}\n"
        f"  try: fitcli {' '.join(words)} {option}FOLDER, with the FOLDER of your images (one sub-folder a class)\n"
    )
    (here / "elsewhere").rename(here / "my photo")
    outcome = fitcli(*words)
    assert outcome.code == 3 and outcome.err.endswith(f"  try: fitcli {' '.join(words)} {option}'{here / 'my photo'}'\n")
    assert not (here / "runs").exists()


def test_a_run_without_its_images_says_what_to_type(fitcli, here, run):
    (here / "photos").rename(here / "elsewhere")
    for words in (["evaluate", "runs/tiny-1"], ["train", "--resume", "runs/tiny-1"]):
        outcome = fitcli(*words)
        assert outcome.code == 3 and f"data.path: there is no such folder: {here / 'photos'}\n" in outcome.err
        assert f"  try: fitcli {' '.join(words)} --data FOLDER, with" in outcome.err
        outcome = fitcli(*words, "--data", "xyz")
        assert outcome.code == 3 and outcome.err == f"error: {here / 'xyz'}: there is no such folder\n"
