"""Who a head is: age, sex, ancestry, build, and the details of its shape."""
from dataclasses import dataclass

import numpy as np

UP_DOWN, MORE_LESS, IN_OUT, FORWARD = ("down", "up"), ("decr", "incr"), ("in", "out"), ("backward", "forward")
NOSE = ("flaring greek hump nostrils-width point-width scale-depth scale-horiz scale-vert septumangle volume width1 width2 "
        "width3").split()
MOUTH = ("cupidsbow cupidsbow-width lowerlip-height lowerlip-volume lowerlip-width philtrum-volume scale-depth scale-horiz "
         "scale-vert upperlip-height upperlip-volume upperlip-width").split()
# Name, both ends, and the spread of the weight.
EYE = (("bag", MORE_LESS, 0.35), ("corner1", UP_DOWN, 0.3), ("corner2", UP_DOWN, 0.3), ("epicanthus", ("out", "in"), 0.35),
       ("eyefold-angle", UP_DOWN, 0.3), ("eyefold", ("concave", "convex"), 0.3), ("eyefold", UP_DOWN, 0.3),
       ("height1", MORE_LESS, 0.3), ("height2", MORE_LESS, 0.3), ("height3", MORE_LESS, 0.3), ("push1", IN_OUT, 0.3),
       ("push2", IN_OUT, 0.3), ("scale", MORE_LESS, 0.3), ("trans", UP_DOWN, 0.2), ("trans", IN_OUT, 0.25))
CHIN = "bones cleft height jaw-drop prognathism prominent width".split()
CHEEK = (("bones", MORE_LESS), ("inner", MORE_LESS), ("trans", UP_DOWN), ("volume", MORE_LESS))
EAR = (("flap", MORE_LESS), ("lobe", MORE_LESS), ("scale", MORE_LESS), ("wing", MORE_LESS), ("trans", FORWARD), ("rot", FORWARD))
HEAD_SHAPES = "oval round rectangular square triangular invertedtriangular diamond".split()
HEAD = "age fat scale-depth scale-horiz scale-vert back-scale-depth".split()
FOREHEAD = "nubian scale-vert temple".split()
BROWS = (("angle", UP_DOWN), ("trans", FORWARD), ("trans", UP_DOWN))
NECK = "double scale-depth scale-horiz scale-vert".split()
ASYMMETRIES = 6


@dataclass
class Person:
    """age in years, male 0...1, ancestry: shares of African, Asian, Caucasian shapes."""
    age: float
    male: float
    ancestry: np.ndarray

    @property
    def african(self):
        return self.ancestry[0]

    @property
    def asian(self):
        return self.ancestry[1]

    def rounded(self):
        """As it stands in the label, so that everything else follows from the label."""
        return Person(round(float(self.age), 1), round(self.male, 2), [round(float(share), 2) for share in self.ancestry])

    def label(self):
        return {"age": self.age, "male": self.male, **dict(zip(("african", "asian", "caucasian"), self.ancestry))}


def draw(rng, model, mean_face):
    """A person and the vertices of the neutral head, which looks ahead with open eyes.

    mean_face: the weights of some targets that bring the mean adult face onto the mean of faces marked by hand.
    """
    person = _person(rng)
    muscle, weight = float(np.clip(rng.normal(0.5, 0.18), 0, 1)), float(np.clip(rng.normal(0.5, 0.22), 0, 1))
    vertices = model.grown(person.age, person.male, person.ancestry, muscle, weight)
    for name, share in mean_face:
        for side in "lr" if "{}" in name else " ":
            model.add(vertices, name.format(side), share)
    _details(rng, model, vertices, person)
    return person.rounded(), vertices


def _person(rng):
    kind = rng.random()
    if kind < 0.14:
        age = rng.uniform(3, 12)
    elif kind < 0.24:
        age = rng.uniform(12, 20)
    elif kind < 0.68:
        age = rng.uniform(20, 45)
    else:
        age = rng.uniform(45, 85)
    male = float(np.clip(rng.choice([rng.normal(0.95, 0.1), rng.normal(0.05, 0.1)]), 0, 1))
    return Person(age, male, rng.dirichlet([0.45, 0.45, 0.45]))


def _details(rng, model, vertices, person):
    def weight(spread):
        return float(np.clip(rng.normal(0, spread), -1, 1)) if rng.random() < 0.75 else 0.0

    def change(name, ends, spread):
        model.add_pair(vertices, name, *ends, weight(spread))

    def change_both(name, ends, spread):
        share = weight(spread)
        for side in "lr":
            model.add_pair(vertices, name.format(side), *ends, share)

    for name in ("base", "point", "trans"):
        change(f"nose/nose-{name}", UP_DOWN, 0.2 if name == "trans" else 0.3)
    for name in NOSE:
        change(f"nose/nose-{name}", MORE_LESS, 0.32)
    change("nose/nose-compression", ("compress", "uncompress"), 0.3)
    change("nose/nose-curve", ("concave", "convex"), 0.3)
    change("nose/nose-nostrils-angle", UP_DOWN, 0.3)
    for name in MOUTH:
        change(f"mouth/mouth-{name}", MORE_LESS, 0.3)
    for name in ("angles", "trans"):
        change(f"mouth/mouth-{name}", UP_DOWN, 0.25)
    change("mouth/mouth-dimples", IN_OUT, 0.3)
    change("mouth/mouth-laugh-lines", IN_OUT, 0.4)
    for name, ends, spread in EYE:
        share = weight(spread)
        if name == "height2":
            share += 0.25
        elif name == "epicanthus":
            share += 0.5 * float(person.asian) * rng.random()
        for side in "lr":
            model.add_pair(vertices, f"eyes/{side}-eye-{name}", *ends, float(np.clip(share + rng.normal(0, 0.04), -1, 1)))
    for name in CHIN:
        change(f"chin/chin-{name}", MORE_LESS, 0.3)
    for name, ends in CHEEK:
        change_both(f"cheek/{{}}-cheek-{name}", ends, 0.35)
    for name, ends in EAR:
        change_both(f"ears/{{}}-ear-{name}", ends, 0.35)
    for name in HEAD_SHAPES:
        if rng.random() < 0.3:
            model.add(vertices, f"head/head-{name}", rng.uniform(0, 0.6))
    for name in HEAD:
        change(f"head/head-{name}", MORE_LESS, 0.25)
    change("head/head-angle", IN_OUT, 0.2)
    for name in FOREHEAD:
        change(f"forehead/forehead-{name}", MORE_LESS, 0.3)
    change("forehead/forehead-trans", FORWARD, 0.3)
    for name, ends in BROWS:
        change(f"eyebrows/eyebrows-{name}", ends, 0.35)
    for name in NECK:
        change(f"neck/neck-{name}", MORE_LESS, 0.25)
    asymmetries = [name for name in model.targets if name.startswith("asym/asym-")]
    for name in rng.choice(asymmetries, ASYMMETRIES, replace=False):
        model.add(vertices, name, float(rng.uniform(0, 0.35)))
