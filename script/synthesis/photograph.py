"""What a camera makes of the light: exposure, blur, noise, tone, gray, JPEG's quality."""
import cv2
import numpy as np

LUMINANCE = np.array([0.3, 0.59, 0.11], np.float32)


def take(rng, view, background, brightness, wishes):
    """An sRGB picture of 8 bits [h, w, 3] and what was done to it. brightness: the skin's."""
    done = {}
    light, stops = _exposed(rng, view, background, brightness, wishes)
    done["ev"] = round(float(stops), 2)
    light = _blurred(rng, light, wishes, done)
    if rng.random() < 0.3:
        y, x = np.mgrid[0 : view.side, 0 : view.side] / view.side - 0.5
        light = light * (1 - rng.uniform(0, 1.2) * (x**2 + y**2))[..., None]
    picture = _developed(rng, np.maximum(light, 0), stops, wishes, done)
    is_gray = rng.random() < 0.10
    if is_gray:
        picture = np.repeat((picture @ np.array([0.299, 0.587, 0.114]))[..., None], 3, 2)
    picture = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    quality = int(rng.integers(75, 97)) if rng.random() < 0.75 else int(rng.integers(28, 75))
    done.update(jpeg=95 if wishes.clean else quality, gray=bool(is_gray))
    return picture, done


def cut_out(view):
    """What is not background, [h, w, 4]: sRGB and opacity, 0...1."""
    picture = np.clip(view.light * (0.3 / max(_reference(view), 1e-3)), 0, 1) ** (1 / 2.2)
    return np.dstack([picture, view.coverage])


def _reference(view):
    """The brightness of the head's lighter half."""
    covered = view.coverage > 0.5
    return float(np.quantile((view.light @ LUMINANCE)[covered], 0.6)) if covered.sum() > 50 else 0.3


def _exposed(rng, view, background, brightness, wishes):
    """Head and background in linear light, and the stops of over- or underexposure."""
    key = rng.uniform(0.10, 0.42) if wishes.dark is None else 0.2
    # Dark skin is exposed darker, though not by its full albedo.
    key *= float(np.clip((brightness / 0.35) ** 0.45, 0.3, 1.25))
    head = view.light * (key / max(_reference(view), 1e-3))
    background = background * rng.uniform(0.25, 1.5)
    if rng.random() < 0.05:
        background = background * 2.5 + 0.5
    light = head + background * (1 - view.coverage[..., None])
    kind, stops = rng.random(), 0.0
    if wishes.dark or (wishes.dark is None and kind < 0.10):
        stops = rng.uniform(-4.2, -2)
    elif wishes.dark is None and kind < 0.17:
        stops = rng.uniform(0.6, 1.5)
    light = light * 2**stops
    if rng.random() < 0.3:
        light = light * np.exp(rng.normal(0, 0.12, 3))
    return light, stops


def _blurred(rng, light, wishes, done):
    """Out of focus, moved, or of few pixels; most are none of these."""
    side, kind = len(light), rng.random()
    if wishes.clean or kind >= 0.40:
        return light
    if kind < 0.18:
        sigma = rng.uniform(0.4, 2.2) * side / 288
        done["defocus"] = round(float(sigma), 2)
        return cv2.GaussianBlur(light.astype(np.float32), (0, 0), sigma)
    if kind < 0.30:
        extent = int(rng.integers(3, 14) * side / 288) | 1
        done["motion"] = extent
        kernel, angle, middle = np.zeros((extent, extent), np.float32), rng.uniform(0, np.pi), (extent - 1) / 2
        for place in np.linspace(-middle, middle, 4 * extent):
            kernel[int(round(middle + place * np.sin(angle))), int(round(middle + place * np.cos(angle)))] += 1
        kernel = (kernel + kernel[::-1, ::-1]) / 2
        return cv2.filter2D(light.astype(np.float32), -1, kernel / kernel.sum())
    fewer = max(24, int(side / rng.uniform(1.5, 5.0)))
    done["lowres"] = fewer
    small = cv2.resize(light.astype(np.float32), (fewer, fewer), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC if rng.random() < 0.7 else cv2.INTER_LINEAR)


def _developed(rng, light, stops, wishes, done):
    """From linear light to sRGB with a camera's curve and noise; an underexposed picture is brightened again, noise and all."""
    noise = rng.uniform(0, 0.012) if rng.random() < 0.6 else rng.uniform(0.01, 0.06)
    if wishes.clean:
        noise = 0.003
    if stops < -1.5:
        light = light * 2 ** rng.uniform(0, min(-stops, 3.2) * 0.8)
        noise *= 1.5
    shoulder = rng.uniform(0.6, 1.0)
    if shoulder < 0.98:
        room = 1.05 - shoulder
        light = np.where(light > shoulder, shoulder + room * (1 - np.exp(-(light - shoulder) / room)), light)
    else:
        light = np.minimum(light, 1)
    picture = np.clip(light, 0, 1) ** (1 / (2.2 * np.exp(rng.normal(0, 0.12))))
    if rng.random() < 0.4:
        picture = np.clip((picture - 0.5) * np.exp(rng.normal(0, 0.15)) + 0.5, 0, 1)
    done["noise"] = round(float(noise), 4)
    if noise > 0:
        grain = rng.standard_normal(picture.shape).astype(np.float32)
        if rng.random() < 0.5:
            grain = grain[..., :1] * 0.8 + grain * 0.4
        if rng.random() < 0.4:
            grain = cv2.GaussianBlur(grain, (0, 0), 0.8) * 2
        picture = picture + grain * noise * np.sqrt(0.3 + picture)
    return picture
