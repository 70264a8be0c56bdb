"""From files to uint8 images [N, H, W, C] with labels, class names and splits."""
