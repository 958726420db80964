"""Textures for use without MakeHuman's: skins, irises, eyebrows, strands of hair. They are computed, not drawn by hand."""
import cv2
import numpy as np

from . import package
from .textures import NEUTRAL, smooth_noise

SEED = 54321
AGES, TONES, SEXES = ("young", "middleage", "old"), ("light", "dark"), ("female", "male")
# sRGB, 0...255, near the means of MakeHuman's skins; the person's tint makes them lighter or darker.
SKIN = {"light": (198, 148, 116), "dark": (54, 35, 25)}
LIPS = {"light": (0.93, 0.68, 0.68), "dark": (1.15, 0.85, 0.88)}
MOUTH = (92, 30, 28)
IRISES = {"blue_eye": (86, 122, 160), "bluegreen_eye": (84, 130, 138), "brown_eye": (74, 44, 26), "brownlight_eye": (118, 76, 42),
          "deepblue_eye": (52, 84, 138), "green_eye": (92, 116, 70), "grey_eye": (120, 126, 130), "ice_eye": (150, 172, 186),
          "lightblue_eye": (118, 152, 182)}
WHITE_OF_EYE = (226, 216, 208)
# The eye's texture shows it from the front; the distance from the middle is the angle at the ball's centre, radians.
EYE_SIDE, EYE_REACH, IRIS, PUPIL = 384, 1.92, 0.50, 0.19
BROWS = 12
BROW_SIZE = (128, 512)
# The brow's middle line on the average adult, x and y in dm: the mean of MakeHuman's twelve; and the part of the plane in the texture.
BROW_LINE = ((0.121, 7.444), (0.218, 7.467), (0.315, 7.489), (0.411, 7.499), (0.508, 7.471))
BROW_LEFT, BROW_BOTTOM, BROW_WIDTH, BROW_HEIGHT = -0.65, 7.34, 1.3, 0.3


def add_all(atlas):
    rng = np.random.default_rng(SEED)
    masks = package.masks()
    for age in AGES:
        for tone in TONES:
            for sex in SEXES:
                name = f"{age}_{tone}skinned_{sex}"
                atlas.put(f"head_{name}", _head_skin(rng, masks, age, tone))
                atlas.put(f"body_{name}", _body_skin(rng, tone))
    for name, colour in IRISES.items():
        atlas.put(name, _eye(rng, np.array(colour, np.float32)))
    for number in range(1, BROWS + 1):
        atlas.put(f"eyebrow{number:03d}", _brows(rng))
    atlas.put("hair_strands", _hair(rng))
    atlas.put("teeth", np.full((2, 2, 4), (238, 232, 218, 255)))
    atlas.put("tongue", np.full((2, 2, 3), (190, 108, 100)))


def _grain(rng, shape, strength):
    return 1 + strength * cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 0.8)


def _head_skin(rng, masks, age, tone):
    height, width = masks["face"].shape
    stains = smooth_noise(rng, height, width, (6, 12, 24, 48), 0.8) - 0.5
    amount = {"young": 0.10, "middleage": 0.18, "old": 0.28}[age]
    shade = (1 + amount * stains) * _grain(rng, (height, width), 0.05 if age == "old" else 0.03)
    # Blood: the face is redder than the skull, in patches.
    red = masks["face"] * (0.05 + 0.05 * (smooth_noise(rng, height, width, (8, 16, 32), 0.7) - 0.5)) + 0.10 * masks["ears"]
    picture = np.array(SKIN[tone], np.float32) * (shade * (1 - 0.4 * red))[..., None]
    picture[..., 0] *= 1 + red
    if age == "old":
        spots = np.clip(smooth_noise(rng, height, width, (32, 64), 0.9) - 0.72, 0, 1) * 1.5
        picture *= 1 - spots[..., None]
    for name, colour in (("lips", LIPS[tone]), ("eyelids", (0.94, 0.86, 0.86))):
        weight = masks[name][..., None]
        picture *= 1 - weight + weight * np.array(colour, np.float32)
    return np.clip(picture, 0, 255)


def _body_skin(rng, tone, side=512):
    shade = (1 + 0.12 * (smooth_noise(rng, side, side, (6, 12, 24, 48), 0.8) - 0.5)) * _grain(rng, (side, side), 0.03)
    inside = cv2.resize(package.mask("inside-mouth"), (side, side), interpolation=cv2.INTER_AREA)[..., None]
    skin = np.array(SKIN[tone], np.float32) * shade[..., None]
    return np.clip(skin * (1 - inside) + np.array(MOUTH, np.float32) * inside, 0, 255)


def _eye(rng, colour):
    y, x = np.mgrid[0:EYE_SIDE, 0:EYE_SIDE].astype(np.float32)
    x, y = ((axis + 0.5) / EYE_SIDE * 2 - 1 for axis in (x, y))
    radius, turn = np.hypot(x, y) * EYE_REACH, np.arctan2(y, x)
    # The white gets redder and darker away from the iris.
    white = np.array(WHITE_OF_EYE, np.float32) * (1 - np.clip(radius[..., None] - 0.5, 0, 1) * np.array([0.1, 0.24, 0.26]))
    phases, strengths = rng.uniform(0, 2 * np.pi, 24), rng.uniform(0.2, 1, 24)
    rays = sum(strength * np.cos(number * turn + phase) for number, (phase, strength) in enumerate(zip(phases, strengths), 9)) / 12
    inner = np.clip((radius - PUPIL) / (IRIS - PUPIL), 0, 1)
    shade = (1.15 - 0.35 * inner) * (1 + 0.25 * rays)
    iris = colour * shade[..., None]
    # The dark rim of the iris, and the pupil.
    iris *= 1 - 0.65 * np.clip((radius - 0.86 * IRIS) / (0.14 * IRIS), 0, 1)[..., None]
    iris *= np.clip((radius - PUPIL) / 0.02, 0, 1)[..., None]
    share = np.clip((IRIS + 0.02 - radius) / 0.03, 0, 1)[..., None]
    return np.clip(white * (1 - share) + iris * share, 0, 255)


def _brows(rng):
    """Both brows of one head, brightness and opacity: strokes along a line, upright within and lying down without."""
    height, width = BROW_SIZE
    line = np.array(BROW_LINE) + [0, rng.normal(0, 0.008)]
    line[:, 0] = line[:, 0] * rng.uniform(0.92, 1.06) + rng.uniform(-0.015, 0.02)
    line[:, 1] += rng.uniform(-0.018, 0.018) * np.array([-0.3, 0, 0.6, 1, 0.4])
    thickness = rng.uniform(0.022, 0.05)
    opacity = np.zeros((height, width), np.float32)
    count = int(rng.uniform(260, 620))
    for at, offset, turn, length in zip(rng.beta(1.1, 1.25, count), rng.uniform(-1, 1, count), rng.normal(0, 0.22, count),
                                        rng.uniform(0.03, 0.055, count)):
        place = at * (len(line) - 1)
        x, y = (np.interp(place, np.arange(len(line)), line[:, axis]) for axis in (0, 1))
        y += offset * thickness * np.interp(at, (0, 0.15, 0.5, 1), (0.8, 1, 0.75, 0.18)) * 0.55
        angle = np.interp(at, (0, 0.3, 0.7, 1), (1.35, 0.75, 0.15, -0.55)) + turn
        step = length / 2 * np.array([np.cos(angle), np.sin(angle)])
        _stroke(opacity, (x, y) - step, (x, y) + step)
    # The mirror image is the right brow.
    opacity = np.maximum(opacity, opacity[:, ::-1])
    brightness = np.clip(NEUTRAL + 25 * rng.standard_normal((height, width)), 40, 200)
    return np.dstack([brightness, np.clip(opacity, 0, 255)])


def _stroke(opacity, start, end):
    height, width = opacity.shape
    ends = []
    for x, y in (start, end):
        column, row = (x - BROW_LEFT) / BROW_WIDTH * width - 0.5, (1 - (y - BROW_BOTTOM) / BROW_HEIGHT) * height - 0.5
        ends.append((int(column * 16), int(row * 16)))
    hair = np.zeros_like(opacity)
    cv2.line(hair, *ends, 150.0, 1, cv2.LINE_AA, 4)
    opacity += hair


def _hair(rng, side=512):
    """Strands from above to below, brightness and opacity."""
    fine = cv2.GaussianBlur(rng.standard_normal((side, side)).astype(np.float32), (0, 0), 0.8)
    fine = cv2.filter2D(fine, -1, np.ones((61, 1), np.float32) / 61)
    coarse = cv2.resize(rng.standard_normal((4, 48)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    brightness = NEUTRAL + 28 * fine / fine.std() + 12 * coarse
    opacity = np.clip(190 + 90 * fine / fine.std(), 0, 255)
    return np.dstack([np.clip(brightness, 30, 220), opacity])
