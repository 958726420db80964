"""What a set of pictures can be asked to show."""
from dataclasses import dataclass

ALONE = {"cover": "none", "thing": "none"}
BARE = {**ALONE, "glasses": "none", "hat": "none"}


@dataclass(frozen=True)
class Wishes:
    """What is None is drawn. pose: yaw, pitch, roll in degrees, numbers or (least, most), with both_sides mirrored at random;
    gaze: yaw, pitch in degrees; distance in metres; dark: an underexposed picture; clean: no blur, little noise."""
    pose: tuple = None
    both_sides: bool = False
    distance: float = None
    expression: str = None
    eyes: str = None
    gaze: tuple = None
    hat: str = None
    cover: str = None
    glasses: str = None
    thing: str = None
    light: str = None
    dark: bool = None
    clean: bool = False


PRESETS = {
    "all": Wishes(),
    "frontal": Wishes(pose=((-15, 15), (-12, 12), (-8, 8)), **ALONE),
    "frontal_clean": Wishes(pose=((-12, 12), (-8, 8), (-6, 6)), clean=True, light="soft", dark=False, **BARE),
    "neutral": Wishes(pose=(0, 0, 0), clean=True, light="soft", dark=False, expression="neutral", eyes="open", gaze=(0, 0),
                      distance=2.5, **BARE),
    "half": Wishes(pose=((25, 60), (-15, 15), (-10, 10)), both_sides=True),
    "profile": Wishes(pose=((70, 100), (-15, 15), (-10, 10)), both_sides=True),
    "closed": Wishes(eyes="closed", glasses="none"),
    "occluded": Wishes(thing="hand"),
    "mask": Wishes(cover="mask"),
    "sun": Wishes(glasses="sun"),
    "dark": Wishes(dark=True),
    "laugh": Wishes(expression="laugh", cover="none"),
    "open": Wishes(expression="open", cover="none"),
}
