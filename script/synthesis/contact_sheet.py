"""A sheet of pictures with their points: green where they are seen, red behind the head, magenta behind an object, orange behind
hair, gray outside; cyan rings for the visible outline, a blue box for the detector's."""
import cv2
import numpy as np

COLUMNS, MOST = 6, 36
COLOURS = ((0, 255, 0), (0, 0, 255), (255, 0, 255), (128, 128, 128), (0, 200, 255))


def write(path, folder, labels):
    """Writes the first pictures of a set."""
    tiles = [_tile(folder, labels[index]) for index in sorted(labels)[:MOST]]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    if not cv2.imwrite(path, np.vstack(rows)):
        raise OSError(f"{path}: cannot be written")


def _tile(folder, label):
    picture = cv2.imread(f"{folder}/{label['file']}", cv2.IMREAD_COLOR)
    for point in label["contour2d"]:
        cv2.circle(picture, _pixel(point), 2, (255, 255, 0), 1, cv2.LINE_AA)
    for point, hidden in zip(label["ibug68"], label["ibug68_vis"]):
        cv2.circle(picture, _pixel(point), 1, COLOURS[hidden], -1, cv2.LINE_AA)
    x, y, width, height = label["haar_box"]
    cv2.rectangle(picture, _pixel((x, y)), _pixel((x + width, y + height)), (255, 128, 0), 1)
    pose = label["pose"]
    text = f"{label['index']} {pose['yaw']:.0f} {pose['pitch']:.0f} {label['expression']} {label['eyes']} {'+'.join(label['objects'])}"
    cv2.putText(picture, text[:46], (2, 10), cv2.FONT_HERSHEY_SIMPLEX, 0.32, (255, 255, 255), 1, cv2.LINE_AA)
    return picture


def _pixel(point):
    return tuple(int(round(value)) for value in point)
