"""The command line of script/synthesize."""
import argparse
import os
from concurrent.futures.process import BrokenProcessPool

from . import contact_sheet, store
from .presets import PRESETS


def main():
    parser = argparse.ArgumentParser(
        prog="script/synthesize", description="Makes pictures of synthetic heads with exact labels (docs/synthesis.md).")
    parser.add_argument("output", help="the folder for images/ and labels.*.jsonl; what is there already stays")
    parser.add_argument("--count", type=_positive, required=True, help="how many pictures")
    parser.add_argument("--start", type=int, default=0, help="the first one's index (0)")
    parser.add_argument("--seed", type=int, default=1, help="a picture depends on seed, index, preset and side alone (1)")
    parser.add_argument("--side", type=_positive, default=288, help="width and height in pixels (288)")
    parser.add_argument("--preset", choices=list(PRESETS), default="all", help="what they show (all)")
    parser.add_argument("--gray", action="store_true", help="gray pictures")
    parser.add_argument("--assets", help="a folder with MakeHuman's skins, hair, brows and so on; plainer without")
    parser.add_argument("--backgrounds", help="an archive of gray crops without faces: nonfaces.tar of the training data")
    parser.add_argument("--photos", help="a folder of photos without faces, for backgrounds")
    parser.add_argument("--jobs", type=_positive, default=1, help="processes (1)")
    parser.add_argument("--sheet", help="also write a picture of the first 36 with their points")
    options = parser.parse_args()
    for path in (options.assets, options.backgrounds, options.photos):
        if path and not os.path.exists(path):
            parser.error(f"{path}: no such file or folder")
    try:
        os.makedirs(options.output, exist_ok=True)
        store.fill(options)
        if options.sheet:
            contact_sheet.write(options.sheet, options.output, store.read(options))
    except OSError as error:
        parser.exit(1, f"synthesize: {error}\n")
    except BrokenProcessPool:
        parser.exit(1, "synthesize: a process was killed, perhaps for want of memory; the same command with fewer --jobs goes on\n")
    except KeyboardInterrupt:
        parser.exit(130, "synthesize: stopped; the same command goes on\n")


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


if __name__ == "__main__":
    main()
