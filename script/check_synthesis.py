"""Checks of synthetic heads; see script/check-synthesis.

What is expected follows from the labels' definitions in docs/synthesis.md, computed here once more with NumPy.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import cv2
import numpy

SIDE = 160
# Points of iBUG and their mirror images, without the jaw, whose points lie on the cheeks' outline.
MIRRORED = [(17, 26), (19, 24), (21, 22), (31, 35), (36, 45), (37, 44), (39, 42), (41, 46), (48, 54), (50, 52), (60, 64), (59, 55)]
RIGHT_EYE, LEFT_EYE = range(36, 42), range(42, 48)


def check(condition, text):
    if not condition:
        sys.exit(f"check-synthesis: {text}")


def command(folder, *options):
    return ["script/synthesize", str(folder), "--side", str(SIDE), "--seed", "5", *options]


def labels(folder):
    """By index; half lines of killed processes are left out as the tool does."""
    result = {}
    for path in pathlib.Path(folder).glob("labels.*.jsonl"):
        for line in path.read_text().splitlines():
            try:
                label = json.loads(line)
            except ValueError:
                continue
            result[label["index"]] = label
    return result


def turned(yaw, pitch, roll):
    """R = diag(1, -1, -1) Rz(-roll) Ry(yaw) Rx(-pitch)."""
    yaw, pitch, roll = numpy.radians([yaw, -pitch, -roll])
    x = numpy.array([[1, 0, 0], [0, numpy.cos(pitch), -numpy.sin(pitch)], [0, numpy.sin(pitch), numpy.cos(pitch)]])
    y = numpy.array([[numpy.cos(yaw), 0, numpy.sin(yaw)], [0, 1, 0], [-numpy.sin(yaw), 0, numpy.cos(yaw)]])
    z = numpy.array([[numpy.cos(roll), -numpy.sin(roll), 0], [numpy.sin(roll), numpy.cos(roll), 0], [0, 0, 1]])
    return numpy.diag([1, -1, -1]) @ z @ y @ x


def check_label(folder, label):
    """One picture's label."""
    name, pose = f"{folder}: {label['file']}", label["pose"]
    picture = cv2.imread(f"{folder}/{label['file']}", cv2.IMREAD_COLOR)
    check(picture is not None and picture.shape == (SIDE, SIDE, 3), f"{name} is no picture of {SIDE}x{SIDE}")
    check(picture.std() > 3, f"{name} shows nothing")
    rotation = numpy.array(pose["R"])
    check(numpy.abs(rotation - turned(pose["yaw"], pose["pitch"], pose["roll"])).max() < 1e-4, f"{name}: R is not the pose's")
    pupils = [label["left_pupil"], label["right_pupil"]]
    for key, found in (("p68h", label["ibug68"]), ("k15h", list(label["kaggle15"].values())), ("puph", pupils)):
        seen = numpy.array(label[key]) @ rotation.T + pose["t"]
        projected = pose["f"] * seen[:, :2] / seen[:, 2:] + [pose["cx"], pose["cy"]]
        error = numpy.abs(projected - numpy.array(found)).max()
        check(error < 0.01, f"{name}: {key} projects {error:.4f} px off")
    points = numpy.array(label["p68h"])
    check((points[RIGHT_EYE, 0] < 0).all() and (points[LEFT_EYE, 0] > 0).all(), f"{name}: the left eye is not on the left")
    # Lips and lids are as far apart as their points; lids that meet at most 0.6 mm.
    mouth = numpy.linalg.norm(points[62] - points[66]) / numpy.linalg.norm(points[48] - points[54])
    check(abs(mouth - label["mouth_openness"]) < 2e-4, f"{name}: the mouth's openness is {mouth:.4f}")
    for side, upper, lower in (("right", (37, 38), (41, 40)), ("left", (43, 44), (47, 46))):
        gap = max(points[high][1] - points[low][1] for high, low in zip(upper, lower))
        openness = label[f"{side}_eye_openness"]
        check((gap <= 0.0006) == (openness == 0), f"{name}: the {side} eye is {openness} open, its lids {gap:.4f} m apart")
    check(set(label["ibug68_vis"]) <= set(range(5)), f"{name}: codes of what hides points")
    x0, y0, x1, y1 = label["tight_box"]
    inside = numpy.array(label["ibug68"])
    check((inside >= numpy.array([x0, y0]) - 1e-3).all() and (inside <= numpy.array([x1, y1]) + 1e-3).all(), f"{name}: tight_box")


def check_neutral(folder):
    """Heads that look ahead are nearly symmetrical: the mirror image's points are theirs, left and right exchanged."""
    for label in labels(folder).values():
        points = numpy.array(label["p68h"])
        for right, left in MIRRORED:
            error = numpy.abs(points[right] * [-1, 1, 1] - points[left]).max()
            check(error < 0.008, f"{folder}: {label['file']}: points {right} and {left} are {error:.4f} m from mirror images")
        check(label["post"]["ev"] == 0 and label["objects"] in ([], ["beard"]), f"{folder}: {label['file']} is not bare")


def check_closed(folder):
    found = [label[f"{side}_eye_openness"] for label in labels(folder).values() for side in ("left", "right")]
    check(max(found) < 0.06 and min(found) == 0, f"{folder}: shut eyes are {found} open")


def killed(folder, least):
    """Starts a set of six and kills it when there are so many labels."""
    process = subprocess.Popen(command(folder, "--count", "6"), start_new_session=True, stdout=subprocess.DEVNULL)
    while len(labels(folder)) < least and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    check(least <= len(labels(folder)) < 6, f"{folder}: {len(labels(folder))} heads when killed")
    with open(next(pathlib.Path(folder).glob("labels.*.jsonl")), "a") as file:
        file.write('{"index":5,"se')


def check_resumed(folder, whole):
    found, wanted = labels(folder), labels(whole)
    check(found == wanted, f"{folder}: not the labels of {whole}")
    for label in wanted.values():
        same = pathlib.Path(folder, label["file"]).read_bytes() == pathlib.Path(whole, label["file"]).read_bytes()
        check(same, f"{folder}: {label['file']} is not that of {whole}")
    check(not list(pathlib.Path(folder).glob("**/*.part*")), f"{folder}: unfinished files")


def main():
    with tempfile.TemporaryDirectory() as base:
        all_of_it, closed, neutral, resumed = (pathlib.Path(base, name) for name in ("all", "closed", "neutral", "resumed"))
        subprocess.run(command(all_of_it, "--count", "6", "--jobs", "2"), check=True)
        subprocess.run(command(closed, "--count", "4", "--preset", "closed"), check=True)
        subprocess.run(command(neutral, "--count", "2", "--preset", "neutral"), check=True)
        killed(resumed, 2)
        subprocess.run(command(resumed, "--count", "6"), check=True)
        for folder, count in ((all_of_it, 6), (closed, 4), (neutral, 2)):
            made = labels(folder)
            check(sorted(made) == list(range(count)), f"{folder}: heads {sorted(made)}")
            for label in made.values():
                check_label(folder, label)
        check_closed(closed)
        check_neutral(neutral)
        check_resumed(resumed, all_of_it)
        other = subprocess.run(command(resumed, "--count", "6", "--seed", "6"), capture_output=True, text=True)
        check(other.returncode != 0 and "another set" in other.stderr, "a set takes pictures of another seed")
    print("check-synthesis: 12 heads are as their labels say; a set that was killed was finished")


main()
