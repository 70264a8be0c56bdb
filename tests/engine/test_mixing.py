import numpy as np

from fitcli.engine.mixing import Mixer, unmixed


def test_images_are_mixed_with_others_of_their_batch(spec_of, images):
    data, mixer = images(8), Mixer(spec_of(augment="[mixup: 1.0, flip]"))
    mixed, partners = mixer.mix(data.images, data.labels, 5)
    shares = partners.shares.astype(float)
    options = data.images.astype(float)
    for i in range(8):
        blends = shares[i] * options[i] + (1 - shares[i]) * options
        near = [j for j in range(8) if np.abs(mixed[i] - blends[j]).max() <= 0.5]
        assert any(data.labels[j] == partners.labels[i] for j in near)
    assert len(set(shares)) > 4 and ((0 <= shares) & (shares <= 1)).all()


def test_a_step_always_mixes_the_same_way(spec_of, images):
    data, mixer = images(8), Mixer(spec_of(augment="[mixup, cutmix: {probability: 1.0}]"))
    a, b, other = (mixer.mix(data.images, data.labels, step) for step in (5, 5, 6))
    assert np.array_equal(a[0], b[0]) and np.array_equal(a[1].shares, b[1].shares)
    assert not np.array_equal(a[0], other[0])


def test_as_often_as_the_probability_says(spec_of, images):
    data = images(26)
    mixer = Mixer(spec_of(augment="[cutmix: {probability: 0.3, alpha: 5}]"))
    found = [mixer.mix(data.images, data.labels, step)[1].shares for step in range(40)]
    changed = (np.array(found) < 1).mean()
    assert 0.2 < changed < 0.35
    never = Mixer(spec_of(augment="[mixup: {probability: 0.0}]")).mix(data.images, data.labels, 0)
    assert np.array_equal(never[0], data.images) and (never[1].shares == 1).all()


def test_a_spec_without_mixing(spec_of):
    spec = spec_of(augment="[mixup, flip, cutmix]")
    assert [a.name for a in unmixed(spec).data.augment] == ["flip"] and len(spec.data.augment) == 3
