#!/usr/bin/env python3
"""synthetic_scenes.py SYNTHETIC OUT: makes a folder for `facemarks train-detector --scenes` of synthetic heads.

SYNTHETIC holds labels.*.jsonl (a line per picture with file, side, tight_box, pose) and the pictures. OUT gets scenes.csv and
scenes.tar. The square of a head is that of its outline, as detectors draw it, also in a full profile: its side is 1.275 times the
root of the area of the box around points and outline, its middle 0.144 sides above that box's, along the head. Both are medians
over 1,526 heads that look ahead (yaw and pitch within 12 degrees, roll within 10), whose squares follow from eyes and mouth.
Heads of which less than half is in the picture, and those turned away by more than 98 degrees, are neither faces nor background."""
import csv
import glob
import json
import math
import os
import sys
import tarfile

SIDE, RISE = 1.275, 0.144
AWAY, PROFILE = 98, 55


def square(label):
    """The middle and the side of the head's square."""
    left, top, right, bottom = label["tight_box"]
    side = SIDE * math.sqrt((right - left) * (bottom - top))
    roll = math.radians(label["pose"]["roll"])
    return (left + right) / 2 + RISE * side * math.sin(roll), (top + bottom) / 2 - RISE * side * math.cos(roll), side


def visible(x, y, side, extent):
    """The share of the square that is in the picture."""
    def length(middle):
        return max(0, min(middle + side / 2, extent - 0.5) - max(middle - side / 2, -0.5))
    return length(x) * length(y) / (side * side)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, target = sys.argv[1:]
    os.makedirs(target, exist_ok=True)
    with open(f"{target}/scenes.csv", "w", newline="") as file, \
            tarfile.open(f"{target}/scenes.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
        table = csv.writer(file)
        table.writerow("file set split width height x y size roll ignore profile masked".split())
        for path in sorted(glob.glob(f"{source}/labels.*.jsonl")):
            for line in open(path):
                label = json.loads(line)
                x, y, side = square(label)
                extent, yaw = label["side"], abs(label["pose"]["yaw"])
                doubtful = visible(x, y, side, extent) < 0.5 or yaw > AWAY
                table.writerow([label["file"], "synthetic", "train", extent, extent, f"{x:.1f}", f"{y:.1f}", f"{side:.1f}",
                                f"{label['pose']['roll']:.1f}", int(doubtful), int(yaw > PROFILE), ""])
                archive.add(f"{source}/{label['file']}", arcname=label["file"])


main()
