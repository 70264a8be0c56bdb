def test_it_prints_a_spec(fitcli, here):
    outcome = fitcli("new", "photos")
    assert outcome.code == 0 and outcome.err == ""
    assert outcome.out.startswith("# 24 training images of 2 classes in photos\n")
    (here / "new.yaml").write_text(outcome.out)
    assert fitcli("summary", "new.yaml", "--json").code == 0


def test_it_trains_at_once(fitcli, here):
    outcome = fitcli("new", "photos", "--out", "new.yaml")
    assert outcome.code == 0 and outcome.out == ""
    assert outcome.err == "new.yaml is written; to fit it: fitcli train new.yaml\n"
    outcome = fitcli("train", "new.yaml", "--set", "fit.epochs=1", "--quiet")
    assert outcome.code == 0, outcome.err
    assert (here / outcome.out.strip() / "model.safetensors").is_file()


def test_a_file_is_never_overwritten(fitcli, here):
    outcome = fitcli("new", "photos", "--out", "tiny.yaml")
    assert outcome.code == 2 and "there is a file of this name already" in outcome.err
    assert (here / "tiny.yaml").read_text().startswith("data: {path: photos")
    assert fitcli("new", "photos", "--out", "no/such/x.yaml").code == 2


def test_no_images(fitcli, here):
    outcome = fitcli("new", "fotos")
    assert outcome.code == 3 and outcome.out == "" and "try: photos" in outcome.err
