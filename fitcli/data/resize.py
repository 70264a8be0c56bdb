"""From an image of any size to one of H × W.

    stretch    both sides scaled on their own; nothing is cut, proportions change
    crop       scaled by max(H/h, W/w), the middle H × W kept
    letterbox  scaled by min(H/h, W/w), centred on the background

Shrinking averages over the pixels that fall together (the filter `bilinear`: a triangle of twice the scale's width), so
that fine texture becomes grey and not moiré. All filters but `nearest` are widened so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from fitcli.data.imageformat import ImageFormat


def scaled_size(size: tuple[int, int], target: tuple[int, int], resize: str) -> tuple[int, int]:
    """(height, width) of the whole image after scaling, before anything is cut off or filled up."""
    (h, w), (H, W) = size, target
    if resize == "stretch":
        return H, W
    scale = max(H / h, W / w) if resize == "crop" else min(H / h, W / w)
    return max(1, round(h * scale)), max(1, round(w * scale))


def resized(image: Image.Image, fmt: ImageFormat) -> Image.Image:
    """`image` (mode L or RGB) as `fmt` says."""
    from PIL import Image

    (w, h), (H, W) = image.size, fmt.size
    if (h, w) == (H, W):
        return image
    kernel = Image.Resampling[fmt.filter.upper()]
    if fmt.resize == "crop":
        side = min(h / H, w / W)  # source pixels to one pixel of the result
        dy, dx = (h - H * side) / 2, (w - W * side) / 2
        box = (max(0.0, dx), max(0.0, dy), min(float(w), w - dx), min(float(h), h - dy))
        return image.resize((W, H), kernel, box=box)
    inner_h, inner_w = scaled_size((h, w), fmt.size, fmt.resize)
    scaled = image.resize((inner_w, inner_h), kernel)
    if (inner_h, inner_w) == (H, W):
        return scaled
    canvas = Image.new("RGB", (W, H), fmt.background).convert(image.mode)
    canvas.paste(scaled, ((W - inner_w) // 2, (H - inner_h) // 2))
    return canvas
