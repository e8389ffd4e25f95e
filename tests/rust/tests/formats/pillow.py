"""What Pillow shows of pictures: `pillow.py frames FILE...` or `pillow.py alike BEFORE AFTER ...`.

Prints one JSON list with one record for each file, or for each pair of files.
"""

import hashlib
import json
import sys
import warnings

from PIL import Image, ImageOps, features

warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None


def frames(path):
    """Size, loop count, and of each frame how long it shows and a hash of what it shows."""
    with Image.open(path) as picture:
        shown = []
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            picture.load()
            # more than 8 bits stay as they are: Pillow has no colours of such
            samples = picture if picture.mode.startswith("I") else picture.convert("RGBA")
            digest = hashlib.sha256(samples.tobytes()).hexdigest()
            shown.append([picture.info.get("duration", 0), digest])
        return {"size": list(picture.size), "loop": picture.info.get("loop"), "frames": shown}


def small(path):
    """The first picture, upright and on white, as 32 x 32 colours; and its size."""
    with Image.open(path) as picture:
        picture = ImageOps.exif_transpose(picture)
        if picture.mode.startswith("I"):
            picture = picture.point(lambda level: level / 256).convert("L")
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture)
        size = list(picture.size)
        return size, white.convert("RGB").resize((32, 32), Image.BOX).tobytes()


def alike(before, after):
    """The sizes of both, and the mean difference of their levels."""
    (size, levels), (new_size, new_levels) = small(before), small(after)
    apart = sum(abs(a - b) for a, b in zip(levels, new_levels)) / len(levels)
    return {"sizes": [size, new_size], "apart": apart}


def told(task, *paths):
    """What the task gives, or why it failed."""
    try:
        return task(*paths)
    except Exception as error:  # each of its readers raises others
        return {"error": str(error) or type(error).__name__}


def main():
    task, paths = sys.argv[1], sys.argv[2:]
    if task == "formats":
        answer = [name for name in ("webp", "webp_anim", "avif") if features.check(name)]
    elif task == "frames":
        answer = [told(frames, path) for path in paths]
    else:
        answer = [told(alike, *pair) for pair in zip(paths[::2], paths[1::2])]
    json.dump(answer, sys.stdout)


main()
