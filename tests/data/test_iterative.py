import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitcli.data.iterative import multilabel_folds, multilabel_split, multilabel_subsample


def drawn(count=400, seed=0):
    """Labels of six classes from frequent to rare, which come together, and names."""
    rng = np.random.default_rng(seed)
    base = rng.random((count, 1))
    labels = (rng.random((count, 6)) * 0.5 + base * 0.5 < [0.6, 0.5, 0.4, 0.3, 0.2, 0.15]).astype(np.uint8)
    return labels, [f"{i}.png" for i in range(count)]


def test_the_same_share_of_every_class():
    labels, keys = drawn()
    parts = multilabel_split(labels, keys, 0.1, 0.2, 0)
    assert sorted(np.concatenate(parts).tolist()) == list(range(400)) and all((np.diff(p) > 0).all() for p in parts)
    assert [len(part) for part in parts] == pytest.approx([280, 40, 80], abs=3)
    for part, share in zip(parts, (0.7, 0.1, 0.2)):
        assert labels[part].sum(0) == pytest.approx(share * labels.sum(0), abs=1.5)
        none = ~labels.any(1)
        assert none[part].sum() == pytest.approx(share * none.sum(), abs=3)


def slow(labels, shares, order):
    """Figure 1 of the paper, image by image, with ties to each in turn."""
    want = [[share * labels[:, k].sum() for k in range(labels.shape[1])] for share in shares]
    room, sides, turn = [share * len(labels) for share in shares], {}, 0

    def side_of(wanted):
        nonlocal turn
        best = [s for s in range(len(shares)) if wanted[s] > max(wanted) - 1e-9]
        best = [s for s in best if room[s] > max(room[s] for s in best) - 1e-9]
        turn += 1
        return best[(turn - 1) % len(best)]

    while len(sides) < len(labels):
        left = {k: [i for i in order if i not in sides and labels[i, k]] for k in range(labels.shape[1])}
        left = {k: images for k, images in left.items() if images}
        if not left:
            for i in (i for i in order if i not in sides):
                sides[i] = side_of(room)
                room[sides[i]] -= 1
            break
        rarest = min(left, key=lambda k: (len(left[k]), k))
        for i in left[rarest]:
            sides[i] = s = side_of([w[rarest] for w in want])
            room[s] -= 1
            want[s] = [w - labels[i, k] for k, w in enumerate(want[s])]
    return np.array([sides[i] for i in range(len(labels))])


@pytest.mark.parametrize("folds", [2, 5])
def test_folds_as_the_paper_deals_them(folds):
    from fitcli.data.split import rank

    labels, keys = drawn(90, folds)
    found = multilabel_folds(labels, keys, folds, 3)
    assert found.tolist() == slow(labels, [1 / folds] * folds, sorted(range(90), key=lambda i: rank(3, keys[i]))).tolist()
    for fold in range(folds):
        assert (found == fold).sum() == pytest.approx(90 / folds, abs=2)
        assert labels[found == fold].sum(0) == pytest.approx(labels.sum(0) / folds, abs=2)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(n=st.integers(1, 30), classes=st.integers(1, 5), density=st.sampled_from([0.05, 0.3, 0.8]), seed=st.integers(0, 99),
       shares=st.sampled_from([(0.1, 0.1), (0.5, 0.4), (0.0, 0.3), (0.3, 0.0)]))  # fmt: skip
def test_every_class_trains(n, classes, density, seed, shares):
    labels = (np.random.default_rng(seed).random((n, classes)) < density).astype(np.uint8)
    parts = multilabel_split(labels, [str(i) for i in range(n)], *shares, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert (labels[parts[0]].any(0) == labels.any(0)).all()
    assert all(not len(part) for part, share in zip(parts[1:], shares) if not share)
    if n > 2 * classes + 2:
        assert all(len(part) for part, share in zip(parts[1:], shares) if share)


def test_seed_and_order():
    labels, keys = drawn()
    first, again, other = (multilabel_split(labels, keys, 0.1, 0.1, seed) for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, again)) and not np.array_equal(first[1], other[1])
    order = np.random.default_rng(0).permutation(400)
    mixed = multilabel_split(labels[order], [keys[i] for i in order], 0.1, 0.1, 3)
    assert [set(order[part]) for part in mixed] == [set(part) for part in first]


def test_at_most_so_many_of_every_class_and_rare_ones_first():
    labels, keys = drawn()
    chosen = multilabel_subsample(labels, keys, 20, 0)
    assert (np.diff(chosen) > 0).all() and labels[chosen].sum(0).max() == 20
    assert labels[chosen][:, 5].sum() == min(20, labels[:, 5].sum())
    assert (~labels[chosen].any(1)).sum() == min(20, (~labels.any(1)).sum())
    assert multilabel_subsample(labels, keys, 1000, 0).tolist() == list(range(400))
