"""A folder of pictures and labels, which can be made in several goes."""
import glob
import json
import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor

import cv2

from . import VERSION, bystanders, generator
from .assets import Assets
from .backgrounds import Backgrounds
from .presets import PRESETS

PER_FOLDER = 1000


def read(options):
    """The labels of the pictures that are there, by index. Half a line, of a process that was killed, does not count."""
    labels = {}
    for path in sorted(glob.glob(f"{glob.escape(options.output)}/labels.*.jsonl")):
        with open(path, encoding="utf-8") as file:
            for line in file:
                try:
                    label = json.loads(line)
                except ValueError:
                    continue
                _check(path, label, options)
                if os.path.exists(f"{options.output}/{label['file']}"):
                    labels[label["index"]] = label
    return labels


def _check(path, label, options):
    wanted = {"seed": options.seed, "side": options.side, "version": VERSION, **_kind(options)}
    found = {key: label.get(key) for key in wanted}
    if found != wanted:
        made = ", ".join(f"{key} {value}" for key, value in found.items())
        raise OSError(f"{path}: has pictures of another set ({made}); choose another output folder")


def _kind(options):
    return {"preset": options.preset, "assets": "makehuman" if options.assets else "none"}


def fill(options):
    """Makes what is missing."""
    done = read(options)
    missing = [index for index in range(options.start, options.start + options.count) if index not in done]
    if len(missing) < options.count:
        print(f"{options.count - len(missing)} there already, {len(missing)} to make", flush=True)
    if not missing:
        return
    began = time.monotonic()
    if options.jobs == 1:
        _make((options, missing, 0))
    else:
        shares = [(options, missing[job :: options.jobs], job) for job in range(options.jobs)]
        with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
            list(pool.map(_make, shares))
    print(f"{len(missing)} pictures, {len(missing) / (time.monotonic() - began):.1f} a second", flush=True)


def _make(share):
    """One process's pictures. A picture is there before its label is."""
    options, indices, job = share
    cv2.setNumThreads(1)
    assets = Assets(options.assets)
    backgrounds = Backgrounds(options.backgrounds, options.photos, bystanders.make(assets))
    wishes, began = PRESETS[options.preset], time.monotonic()
    with open(f"{options.output}/labels.{options.start}-{job}.jsonl", "a", buffering=1, encoding="utf-8") as file:
        # After half a line of a process that was killed.
        if file.tell():
            file.write("\n")
        for number, index in enumerate(indices, 1):
            picture, label = generator.make(assets, backgrounds, options.seed, index, wishes, options.side)
            label.update(_kind(options), file=f"images/{index // PER_FOLDER:04d}/{index:07d}.jpg")
            _write(f"{options.output}/{label['file']}", picture, label["post"]["jpeg"], options.gray)
            file.write(json.dumps(label, separators=(",", ":")) + "\n")
            if job == 0 and number % 100 == 0:
                print(f"{number}/{len(indices)}, {number / (time.monotonic() - began):.1f} a second in each process", flush=True)


def _write(path, picture, quality, is_gray):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shown = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY if is_gray else cv2.COLOR_RGB2BGR)
    part = f"{path}.part.jpg"
    if not cv2.imwrite(part, shown, [cv2.IMWRITE_JPEG_QUALITY, quality]):
        raise OSError(f"{path}: cannot be written")
    os.replace(part, path)
