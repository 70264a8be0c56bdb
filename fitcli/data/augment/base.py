"""What an augmentation is: settings of a random map of the training images, drawn anew for every image and epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fitcli.ops.pixels import Pixels


class Augmentation:
    """A frozen dataclass of settings. Its first field takes the value of the short form `name: value`.

    Validation, test and predict images are never augmented.
    """

    name: str

    def apply_to(self, pixels: Pixels) -> Pixels:
        """The program's first op, with this augmentation in its training map."""
        raise NotImplementedError
