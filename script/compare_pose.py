"""Head poses beside those of MediaPipe's face mesh; see script/compare-pose.

The mesh has no angles. Its rotation from the first frame that both see is that which brings its 468 points in three dimensions
there onto those of a later frame (Kabsch, 1976), with the width of the picture as the unit of all three coordinates, as
MediaPipe documents them. Ours is compared as the rotation from the same frame, so that the two may differ in what they call
straight ahead. Printed for each angle: how far it changes in the video, the mean and the 95 % quantile of the difference to
ours, and the jitter of both: the standard deviation of second differences, which slow turns hardly touch, divided by the root of
six, which is that of white noise.
"""
import json
import os
import pathlib
import subprocess
import sys

import cv2
import mediapipe
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("FACEMARKS", ROOT / ".build/release/facemarks")
# From the camera's axes (x right, y down, z away) to x right, y up, z to the camera.
FLIP = numpy.diag([1.0, -1.0, -1.0])


def ours(path):
    """The rotation of the face that is there longest, by frame."""
    lines = subprocess.run(
        [PROGRAM, path, "--no-annotate", "--landmarks", "all", "--json", "-", "--quiet"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    faces = {}
    for frame in (json.loads(line) for line in lines):
        for face in frame.get("faces", []):
            if "pose" in face:
                faces.setdefault(face["id"], {})[frame["frame"]] = FLIP @ numpy.array(face["pose"]["rotation"]).reshape(3, 3)
    return max(faces.values(), key=len, default={})


def mesh(path):
    """The points of MediaPipe's mesh by frame, x right, y up, z to the camera."""
    capture, points, number = cv2.VideoCapture(path), {}, 0
    with mediapipe.solutions.face_mesh.FaceMesh(max_num_faces=1, refine_landmarks=False) as finder:
        while True:
            is_there, picture = capture.read()
            if not is_there:
                return points
            found = finder.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).multi_face_landmarks
            if found:
                height, width = picture.shape[:2]
                points[number] = numpy.array(
                    [(p.x * width, -p.y * height, -p.z * width) for p in found[0].landmark])
            number += 1


def rotation(source, target):
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    u, _, v = numpy.linalg.svd(a.T @ b)
    sign = numpy.sign(numpy.linalg.det(v.T @ u.T))
    return v.T @ numpy.diag([1, 1, sign]) @ u.T


def angles(matrix):
    """Yaw, pitch, roll in degrees of Rz(-roll) Ry(yaw) Rx(-pitch)."""
    yaw = numpy.arctan2(-matrix[2, 0], numpy.hypot(matrix[0, 0], matrix[1, 0]))
    return numpy.degrees([yaw, -numpy.arctan2(matrix[2, 1], matrix[2, 2]), -numpy.arctan2(matrix[1, 0], matrix[0, 0])])


def jitter(values, frames):
    follow = [values[i + 1] - 2 * values[i] + values[i - 1] for i in range(1, len(frames) - 1)
              if frames[i + 1] - frames[i - 1] == 2]
    return numpy.std(follow, axis=0) / numpy.sqrt(6)


def compare(path):
    own, points = ours(path), mesh(path)
    frames = sorted(set(own) & set(points))
    print(f"{path}: {len(frames)} frames with a face by both, {len(own)} by facemarks, {len(points)} by MediaPipe")
    if len(frames) < 3:
        return
    first = frames[0]
    mine = numpy.array([angles(own[frame] @ own[first].T) for frame in frames])
    theirs = numpy.array([angles(rotation(points[first], points[frame])) for frame in frames])
    difference = abs(mine - theirs - numpy.median(mine - theirs, axis=0))
    print(f"{'':8}{'range':>8}{'mean':>8}{'95 %':>8}{'jitter':>9}{'MediaPipe':>11}")
    for axis, name in enumerate(("yaw", "pitch", "roll")):
        print(f"{name:8}{numpy.ptp(theirs[:, axis]):8.1f}{difference[:, axis].mean():8.1f}"
              f"{numpy.quantile(difference[:, axis], 0.95):8.1f}{jitter(mine, frames)[axis]:9.2f}{jitter(theirs, frames)[axis]:11.2f}")


if len(sys.argv) < 2:
    sys.exit("usage: compare-pose VIDEO...")
for argument in sys.argv[1:]:
    compare(argument)
