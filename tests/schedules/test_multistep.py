from fitcli.schedules.multistep import MultiStep


def test_it_falls_at_each_place(curve):
    assert curve(MultiStep(at=(0.5, 0.8), gamma=0.5), 10) == [1.0] * 5 + [0.5] * 3 + [0.25] * 2


def test_pytorch_does_the_same(curve, against_torch):
    against_torch(curve(MultiStep(at=(0.2, 0.9), gamma=0.3), 50), "MultiStepLR", milestones=[10, 45], gamma=0.3)


def test_places_come_from_yaml():
    from fitcli.spec import dump_spec, parse_spec

    spec = parse_spec("data: {path: x}\nmodel: [relu]\nfit: {schedule: {multistep: {at: [0.3, 0.6]}}}")
    assert list(spec.fit.schedule.at) == [0.3, 0.6]
    assert parse_spec(dump_spec(spec)) == spec
