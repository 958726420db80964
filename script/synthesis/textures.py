"""Textures: the buffer that the rasteriser reads them from, and patterns that are computed."""
import cv2
import numpy as np

# A pattern has two channels, brightness and opacity; the brightness that leaves the material's colour as it is:
NEUTRAL = 110
CLOTHS, BEARDS = 10, 3


class Atlas:
    """All textures in one buffer of bytes; `places` says where each lies: (offset, width, height, channels)."""

    def __init__(self):
        self.places = {}
        self._parts, self._size = [], 0
        self.bytes = None

    def put(self, name, picture):
        if picture.ndim == 2:
            picture = picture[..., None]
        self.places[name] = (self._size, picture.shape[1], picture.shape[0], picture.shape[2])
        self._parts.append(np.ascontiguousarray(picture, np.uint8).ravel())
        self._size += picture.size

    def close(self):
        self.bytes = np.concatenate(self._parts)
        self._parts = None

    def picture(self, name):
        start, width, height, channels = self.places[name]
        return self.bytes[start : start + width * height * channels].reshape(height, width, channels)


def linear_from_srgb():
    """The linear light of each of the 256 values of sRGB (IEC 61966-2-1)."""
    value = np.arange(256) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


def smooth_noise(rng, height, width, scales=(4, 8, 16, 32), decay=0.6):
    """Noise of several scales (how many waves across), each `decay` as strong as the one before; 0...1."""
    result = np.zeros((height, width), np.float32)
    strength = 1.0
    longer = max(height, width)
    for scale in scales:
        grid = rng.standard_normal((max(2, height * scale // longer), max(2, scale))).astype(np.float32)
        result += strength * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        strength *= decay
    result -= result.min()
    return result / max(result.max(), 1e-6)


def add_patterns(atlas):
    """Cloth (cloth0 to 9), strands of beards seen from above (beard0 to 2) and curly hair (hair_afro01)."""
    rng = np.random.default_rng(12345)
    for number in range(CLOTHS):
        cloth = np.clip(_cloth(rng, number), 5, 250)
        atlas.put(f"cloth{number}", np.dstack([cloth, np.full(cloth.shape, 255)]))
    for number in range(BEARDS):
        atlas.put(f"beard{number}", _strands(rng, 3 + 2 * number))
    noise = smooth_noise(rng, 512, 512, (128, 256, 512), 0.9)
    opacity = np.clip((noise - np.quantile(noise, 0.35)) * 900, 0, 255)
    atlas.put("hair_afro01", np.dstack([60 + 100 * noise, opacity]))


def _cloth(rng, number, side=128):
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    stains = smooth_noise(rng, side, side, (2, 4, 8))
    fine = smooth_noise(rng, side, side, (64, 128))
    grain = rng.random((side, side))

    def stripes(along, period):
        return np.sign(np.sin(2 * np.pi * along / period))

    return (NEUTRAL + 30 * (stains - 0.5), NEUTRAL + 50 * stripes(y, 16), NEUTRAL + 50 * stripes(x, 16),
            NEUTRAL + 30 * stripes(x, 20) + 30 * stripes(y, 20), 60 + 130 * stains, NEUTRAL + 40 * (fine - 0.5),
            NEUTRAL + 12 * np.sin(2 * np.pi * y / 12), NEUTRAL + 60 * (grain - 0.5), NEUTRAL + 45 * np.sign(stains - 0.5),
            np.full((side, side), float(NEUTRAL)))[number]


def _strands(rng, length, side=512):
    """Dots and strokes of so many texels, the points of hairs in a layer above the skin."""
    noise = cv2.GaussianBlur(rng.random((side, side)).astype(np.float32), (0, 0), 0.7)
    noise = cv2.filter2D(noise, -1, np.ones((length, 1), np.float32) / length)
    opacity = np.clip((noise - np.quantile(noise, 0.45)) / noise.std() * 90 + 60, 0, 255)
    brightness = np.clip(NEUTRAL + 60 * (noise - noise.mean()) / noise.std() * 0.5, 20, 250)
    return np.dstack([brightness, opacity])
