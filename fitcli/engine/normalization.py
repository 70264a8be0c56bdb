"""What is subtracted from the pixels, and what they are divided by."""

from __future__ import annotations

from fitcli.data.dataset import Dataset
from fitcli.model import Model, Normalization, build_model
from fitcli.spec import Spec


def normalization(spec: Spec, train: Dataset) -> Normalization:
    """Mean and deviation of the training images' channels, or none when the spec says so."""
    channels = train.images.shape[3]
    if spec.data.normalize == "none":
        return Normalization((0.0,) * channels, (1.0,) * channels)
    from fitcli.data.statistics import channel_statistics

    mean, std = channel_statistics(train.images)
    return Normalization(tuple(map(float, mean)), tuple(map(float, std)))


def model_for(spec: Spec, train: Dataset) -> Model:
    """The model of `spec` for its training images, not initialised."""
    return build_model(spec, train.classes, train.images.shape[1:], normalization(spec, train), train.multilabel)
