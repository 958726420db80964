"""The head as a mesh that shapes move: MakeHuman's base mesh with its targets."""
import numpy as np

AGES = (("baby", 1.0), ("child", 10.0), ("young", 25.0), ("old", 90.0))
# Vertices of hm08: first the skin (eyes, teeth and so on are helpers behind it), the two eyeballs.
SKIN = 13380
EYEBALLS = slice(14598, 14742)


class HeadModel:
    """The base mesh, its shapes and parts of its surface, from the arrays that `package.arrays` reads."""

    def __init__(self, arrays):
        self.vertices = arrays["vertices"]
        self.uv = arrays["uv"]
        # How far a vertex moves with the head where the neck bends: 1 with the head, 0 with the torso.
        self.head_weight = arrays["head_weight"]
        self.arrays = arrays
        self.macros = {name: number for number, name in enumerate(arrays["macro_names"].tolist())}
        self.targets = {name: number for number, name in enumerate(arrays["target_names"].tolist())}
        self.deltas = arrays["target_deltas"].astype(np.float32)

    def triangles(self, part):
        """The triangles of `body` (head to chest), `arm` (the left one), `shirt` or a helper: vertices and texture corners."""
        return self.arrays[f"triangles/{part}"], self.arrays[f"corners/{part}"]

    def group(self, name):
        """The vertices of a group, such as helper-l-eye or joint-neck."""
        return self.arrays[f"group/{name}"]

    def target(self, name):
        """A shape: the vertices that it moves and how far."""
        number = self.targets[name]
        start, end = self.arrays["target_starts"][number : number + 2]
        return self.arrays["target_vertices"][start:end], self.deltas[start:end]

    def add(self, vertices, name, weight):
        moved, delta = self.target(name)
        vertices[moved] += delta * np.float32(weight)

    def add_pair(self, vertices, name, low, high, weight):
        """Shapes come in pairs: NAME-LOW for negative weights, NAME-HIGH for positive ones."""
        if weight < 0:
            self.add(vertices, f"{name}-{low}", -weight)
        elif weight > 0:
            self.add(vertices, f"{name}-{high}", weight)

    def grown(self, age, male, ancestry, muscle, weight):
        """The vertices of a body: age in years, male 0...1, ancestry (African, Asian, Caucasian) adding up to 1, muscle and weight 0...1."""
        ages = _between_ages(min(max(age, 1.0), 90.0))
        muscles = _around_middle(muscle, "minmuscle", "averagemuscle", "maxmuscle")
        weights = _around_middle(weight, "minweight", "averageweight", "maxweight")
        parts = []
        for sex, of_sex in (("male", male), ("female", 1 - male)):
            for stage, of_age in ages.items():
                for people, of_people in zip(("african", "asian", "caucasian"), ancestry):
                    parts.append((f"{people}-{sex}-{stage}", of_sex * of_age * of_people))
                for muscle_name, of_muscle in muscles.items():
                    for weight_name, of_weight in weights.items():
                        parts.append((f"universal-{sex}-{stage}-{muscle_name}-{weight_name}",
                                      of_sex * of_age * of_muscle * of_weight))
        vertices = self.vertices.copy()
        for name, share in parts:
            if share > 1e-3 and name in self.macros:
                vertices += self.arrays["macros"][self.macros[name]] * np.float32(share)
        return vertices


def _between_ages(age):
    """The shares of the two stages of life that an age lies between."""
    for (young, low), (old, high) in zip(AGES[:-1], AGES[1:]):
        if low <= age <= high:
            share = (age - low) / (high - low)
            return {young: 1 - share, old: share}


def _around_middle(value, low, middle, high):
    return {low: max(0, 1 - 2 * value), high: max(0, 2 * value - 1), middle: 1 - abs(2 * value - 1)}
