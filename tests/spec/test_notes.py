from dataclasses import dataclass

from fitcli.data.augment import AUGMENTATIONS
from fitcli.layers import LAYERS
from fitcli.schedules import SCHEDULES
from fitcli.spec.notes import notes_of, summary_of, text_of


@dataclass
class Base:
    size: int = 3  # pixels, not "#"
    plain: int = 4


@dataclass
class Derived(Base):
    word: str = "# no comment"
    last: int = 5  # the last

    def method(self) -> None:
        inner: int = 3  # not a field
        del inner


def test_notes_are_the_comments_behind_fields():
    assert notes_of(Derived) == {"size": 'pixels, not "#"', "last": "the last"}
    assert notes_of(LAYERS["relu"]) == {}
    assert notes_of(SCHEDULES["cosine"])["warmup"] == "part of all steps that the rate climbs"


def test_the_text_is_the_docstring_of_the_file_and_of_the_class():
    text = text_of(LAYERS["relu"])
    assert text.startswith("Rectified linear unit") and text.endswith("y = max(x, 0).")
    assert "Flip(axis" not in text_of(AUGMENTATIONS["flip"])


def test_the_summary_is_one_sentence():
    assert summary_of(AUGMENTATIONS["flip"]) == "Mirror."
    assert summary_of(LAYERS["residual"]).endswith("(He et al., Deep residual learning for image recognition, 2016).")
