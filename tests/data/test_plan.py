import numpy as np
import pytest

from fitcli.data.load import open_source
from fitcli.data.plan import plan_splits
from fitcli.data.settings import DataSettings, SplitSettings
from fitcli.errors import DataError, SpecError


def planned(root, seed=0, per_class=None, **split):
    """{split: keys}"""
    settings = DataSettings(str(root), split=SplitSettings(**split), per_class=per_class)
    plan = plan_splits(open_source(settings), settings, seed)
    return {name: [part.keys[i] for i in indices] for name, (part, indices) in plan.items()}


def test_by_hash_an_image_stays_when_others_come_or_names_change(make_folder):
    root = make_folder({"cat": 30, "dog": 30})
    before = planned(root, by="hash", val=0.2, test=0.3)
    assert {len(keys) for keys in before.values()} != {60} and set(before) == {"train", "val", "test"}
    make_folder({"cat": 30, "dog": 30, "emu": 40})
    after = planned(root, seed=5, by="hash", val=0.2, test=0.3)
    for name, keys in before.items():
        assert [key for key in after[name] if not key.startswith("emu")] == keys
    twin = root / "dog" / "copy.png"
    moved = before["test"][0]
    twin.write_bytes((root / moved).read_bytes())
    assert "dog/copy.png" in planned(root, by="hash", val=0.2, test=0.3)["test"]


def test_by_group(make_folder, tmp_path):
    root = make_folder({"cat": 40, "dog": 40})
    plan = planned(root, by="group", group="/(.)", val=0.2, test=0.2)  # the first digit of the name
    digits = [{key.split("/")[1][0] for key in keys} for keys in plan.values()]
    assert len(digits) == 3 and not (digits[0] & digits[1] or digits[0] & digits[2] or digits[1] & digits[2])
    lines = [f"photos/{c}/{i}.png,{c},g{i % 8}" for c in ("cat", "dog") for i in range(40)]
    (tmp_path / "list.csv").write_text("\n".join(["path,label,group", *lines]))
    plan = planned(tmp_path / "list.csv", by="group", val=0.25, test=0.25)
    groups = [{int(key.split("/")[2][:-4]) % 8 for key in keys} for keys in plan.values()]
    assert [len(g) for g in groups] == [4, 2, 2] and set.union(*groups) == set(range(8))


@pytest.mark.parametrize("by", ["stratified", "hash", "group"])
def test_folds_share_out_the_training_images(make_folder, by):
    root = make_folder({"cat": 24, "dog": 24})
    more = {"group": "[0-9]+"} if by == "group" else {}
    plans = [planned(root, by=by, folds=4, fold=fold, test=0.25, **more) for fold in (1, 2, 3, 4)]
    tests = [plan["test"] for plan in plans]
    assert all(test == tests[0] for test in tests) and tests[0]
    held = [key for plan in plans for key in plan["val"]]
    assert len(held) == len(set(held)) == 48 - len(tests[0])
    for plan in plans:
        assert sorted(plan["train"] + plan["val"] + plan["test"]) == sorted(held + tests[0])


def test_folds_of_a_source_with_splits_of_its_own(make_folder):
    root = make_folder({"train/cat": 6, "train/dog": 6, "val/cat": 2, "test/dog": 3})
    plan = planned(root, folds=3, fold=2)
    assert [len(plan[name]) for name in ("train", "val", "test")] == [8, 4, 3]


def test_at_most_so_many_of_each_class(make_folder):
    root = make_folder({"cat": 30, "dog": 4})
    plan = planned(root, per_class=10, val=0.5, test=0.0)
    chosen = plan["train"] + plan["val"]
    assert sum(key.startswith("cat") for key in chosen) == 10 and sum(key.startswith("dog") for key in chosen) == 4
    first = [f"cat/{i}.png" for i in range(10)]
    assert sorted(chosen) != sorted([*first, *(f"dog/{i}.png" for i in range(4))])  # not the first ones of the list
    fewer = planned(root, per_class=5, val=0.5, test=0.0)
    assert set(fewer["train"] + fewer["val"]) <= set(chosen)
    splits = make_folder({"train/cat": 9, "train/dog": 9, "test/cat": 9}, root / "with_splits")
    assert len(planned(splits, per_class=3, val=0.0)["test"]) == 9


def test_a_class_that_is_lost_by_the_split(make_folder):
    root = make_folder({"cat": 40, "dog": 1})
    with pytest.raises(DataError, match="class 'dog' has no image left to train on after fold . of 2"):
        for fold in (1, 2):
            planned(root, folds=2, fold=fold, test=0.0)
    root = make_folder({"x": 60, "y": 1}, root / "more")
    with pytest.raises(DataError, match="class 'y' has no image left to train on after the split by hash"):
        for i in range(20):
            (root / "y" / "0.png").write_bytes((root / "x" / f"{i}.png").read_bytes())
            planned(root, by="hash", val=0.4, test=0.4)


def test_the_division_is_what_it_was_before_there_were_others(make_folder):
    plan = planned(make_folder({"cat": 10, "dog": 10}), seed=3)
    again = planned(make_folder({"cat": 10, "dog": 10}), seed=3, by="stratified", folds=None)
    assert plan == again and np.array([len(k) for k in plan.values()]).tolist() == [16, 2, 2]


@pytest.mark.parametrize("by", ["stratified", "hash", "group"])
def test_images_of_several_classes(make_folder, tmp_path, by):
    make_folder({"a": 60})
    lines = [f"photos/a/{i}.png,{'|'.join(n for n, k in (('x', 2), ('y', 3), ('z', 5)) if i % k == 0)},g{i % 12}" for i in range(60)]
    (tmp_path / "list.csv").write_text("\n".join(["path,labels,group", *lines]))
    plan = planned(tmp_path / "list.csv", by=by, val=0.2, test=0.2)
    assert sum(map(len, plan.values())) == 60 and set(plan) == {"train", "val", "test"}
    folded = planned(tmp_path / "list.csv", by=by, val=0.2, test=0.2, folds=3, fold=2)
    assert folded["test"] == plan["test"] and set(folded) == {"train", "val", "test"}
    if by == "stratified":
        assert [len(keys) for keys in plan.values()] == pytest.approx([36, 12, 12], abs=1)
        few = planned(tmp_path / "list.csv", per_class=4, val=0.0, test=0.0)["train"]
        numbers = [int(key.split("/")[2][:-4]) for key in few]
        assert max(sum(n % k == 0 for n in numbers) for k in (2, 3, 5)) == 4


def test_a_class_that_no_image_is_left_of(make_folder, tmp_path):
    make_folder({"a": 12})
    lines = [f"photos/a/{i}.png,{'x y' if i == 3 else 'x'}" for i in range(12)]
    (tmp_path / "list.csv").write_text("\n".join(["path,labels", *lines]))
    assert "photos/a/3.png" in planned(tmp_path / "list.csv", val=0.4, test=0.4)["train"]
    with pytest.raises(DataError, match="class 'y' has no image left to train on after fold"):
        for fold in range(1, 4):
            planned(tmp_path / "list.csv", val=0.0, test=0.0, folds=3, fold=fold)


@pytest.mark.parametrize("by", ["stratified", "hash", "group"])
def test_more_folds_than_images(make_folder, by):
    root = make_folder({"cat": 6, "dog": 6})
    more = {"group": "[0-9]+"} if by == "group" else {}
    for folds in (13, 10**9):
        with pytest.raises(SpecError) as caught:
            planned(root, by=by, folds=folds, test=0.0, **more)
        (problem,) = caught.value.problems
        assert problem.message == f"{folds:,} folds of 12 training images" and problem.allowed == "2 to 12, or null for none"
        assert (problem.path, problem.value) == ("data.split.folds", folds)
    assert len(planned(root, by=by, folds=12, test=0.0, **more)["train"]) >= 10


def test_folds_of_several_classes_an_image_too(make_folder, tmp_path):
    make_folder({"a": 3})
    (tmp_path / "list.csv").write_text("path,labels\nphotos/a/0.png,x\nphotos/a/1.png,x|y\nphotos/a/2.png,y\n")
    with pytest.raises(SpecError, match="1,000,000,000 folds of 3 training images\n  allowed: 2 to 3"):
        planned(tmp_path / "list.csv", folds=10**9, val=0.0, test=0.0)


def test_one_image_cannot_be_folded(make_folder):
    with pytest.raises(SpecError, match="allowed: null, for none: there are too few images"):
        planned(make_folder({"train/cat": 1}), folds=2)
