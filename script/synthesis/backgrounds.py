"""What is behind a head: pieces of photos, gradients, noise, rooms of rectangles, other heads. Linear light."""
import pathlib
import tarfile

import cv2
import numpy as np

from .textures import smooth_noise

# Crops without a face, in the archive of the training data, are those with this in their names.
CROPS = "/random_"
CROP_SIDE = 145


class Backgrounds:
    """crops: an archive of gray 144x144 JPEG files; photos: a folder of pictures. Without them the other kinds are used."""

    def __init__(self, crops=None, photos=None, heads=()):
        self.crops, self.photos = [], []
        if crops:
            self.crops = _read_crops(crops)
        if photos:
            pictures = [cv2.imread(str(path), cv2.IMREAD_COLOR) for path in sorted(pathlib.Path(photos).iterdir())]
            self.photos = [picture[..., ::-1] for picture in pictures if picture is not None]
            if not self.photos:
                raise OSError(f"{photos}: has no pictures")
        # RGBA, 0...1, sRGB.
        self.heads = heads

    def draw(self, rng, side):
        kind = rng.random()
        if kind < 0.55 and self.crops:
            picture = self._crop(rng, side)
        elif kind < 0.68 and self.photos:
            picture = self._photo(rng, side)
        elif kind < 0.80:
            picture = _gradient(rng, side)
        elif kind < 0.88:
            noise = smooth_noise(rng, side, side, (3, 6, 12, 24, 48), rng.uniform(0.5, 0.9))
            picture = noise[..., None] * rng.uniform(0, 1, 3) + rng.uniform(0, 0.3, 3)
        else:
            picture = _room(rng, side)
        picture = np.clip(np.asarray(picture, np.float32), 0, 1.5)
        if len(self.heads) and rng.random() < 0.12:
            for _ in range(rng.integers(1, 3)):
                _paste(rng, picture, self.heads[rng.integers(len(self.heads))])
            picture = cv2.GaussianBlur(picture, (0, 0), side * rng.uniform(0.012, 0.03))
        if rng.random() < 0.5:
            picture = cv2.GaussianBlur(picture, (0, 0), side * rng.uniform(0.003, 0.03))
        return picture

    def _crop(self, rng, side):
        gray = cv2.imdecode(self.crops[rng.integers(len(self.crops))], cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
        extent = rng.integers(70, CROP_SIDE)
        x, y = rng.integers(0, CROP_SIDE - extent, 2)
        gray = gray[y : y + extent, x : x + extent]
        if rng.random() < 0.5:
            gray = gray[:, ::-1]
        gray = cv2.resize(gray, (side, side), interpolation=cv2.INTER_CUBIC)
        return np.clip(gray, 0, 1)[..., None] ** 2.2 * (1 + (rng.dirichlet([3, 3, 3]) - 1 / 3) * rng.uniform(0, 1.5))

    def _photo(self, rng, side):
        photo = self.photos[rng.integers(len(self.photos))]
        height, width = photo.shape[:2]
        extent = int(min(height, width) * rng.uniform(0.3, 1))
        y, x = rng.integers(0, height - extent + 1), rng.integers(0, width - extent + 1)
        piece = cv2.resize(photo[y : y + extent, x : x + extent], (side, side), interpolation=cv2.INTER_AREA)
        return (piece.astype(np.float32) / 255) ** 2.2


def _read_crops(path):
    """The files' bytes, in the order of their names."""
    try:
        with tarfile.open(path) as archive:
            members = [member for member in archive.getmembers() if member.name.endswith(".jpg") and CROPS in member.name]
            members.sort(key=lambda member: member.name)
            crops = [np.frombuffer(archive.extractfile(member).read(), np.uint8) for member in members]
    except tarfile.TarError:
        raise OSError(f"{path}: no tar archive, or a damaged one") from None
    if not crops:
        raise OSError(f"{path}: has no files *{CROPS}*.jpg")
    return crops


def _gradient(rng, side):
    first, second, angle = rng.uniform(0, 0.9, 3), rng.uniform(0, 0.9, 3), rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:side, 0:side] / side
    share = np.clip((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.5, 0, 1)[..., None]
    return first * (1 - share) + second * share


def _room(rng, side):
    """Rectangles, lines and discs, as walls, windows and lamps are."""
    picture = np.ones((side, side, 3), np.float32) * rng.uniform(0.05, 0.8, 3).astype(np.float32)
    for _ in range(rng.integers(3, 14)):
        x, y = (int(value) for value in rng.integers(-20, side, 2))
        width, height = (int(value) for value in rng.integers(10, side, 2))
        colour = [float(value) for value in rng.uniform(0, 0.9, 3)]
        if rng.random() < 0.6:
            thickness = -1 if rng.random() < 0.6 else int(rng.integers(1, 8))
            cv2.rectangle(picture, (x, y), (x + width, y + height), colour, thickness)
        elif rng.random() < 0.5:
            end = (int(x + rng.normal(0, side)), int(y + rng.normal(0, side)))
            cv2.line(picture, (x, y), end, colour, int(rng.integers(1, 12)))
        else:
            cv2.circle(picture, (x, y), int(rng.integers(4, 60)), colour, -1)
    return picture


def _paste(rng, picture, head):
    side = len(picture)
    extent = int(side * rng.uniform(0.25, 0.8))
    head = cv2.resize(head, (extent, extent), interpolation=cv2.INTER_AREA)
    x, y = rng.integers(-extent // 2, side - extent // 2), rng.integers(-extent // 3, side - extent // 2)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(side, x + extent), min(side, y + extent)
    if x1 > x0 and y1 > y0:
        piece = head[y0 - y : y1 - y, x0 - x : x1 - x]
        opacity = piece[..., 3:]
        picture[y0:y1, x0:x1] = picture[y0:y1, x0:x1] * (1 - opacity) + piece[..., :3] ** 2.2 * opacity
