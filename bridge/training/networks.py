"""What the lessons of all families do alike: sizes out of a recipe, weights as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from torch import nn

from bridge.respond.wishes import WIDTH
from bridge.training.onnx_graph import Array


def sizes_of(shape: type, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a recipe says of the fields of a shape; `wishes = true` is all there are."""
    sizes = {f.name: config[f.name] for f in fields(shape) if f.name in config}
    return sizes | ({"wishes": WIDTH if sizes["wishes"] else 0} if "wishes" in sizes else {})


def weights_of(network: nn.Module) -> dict[str, Array]:
    """Return the weights by name, as a graph holds them."""
    return {n: p.detach().float().numpy() for n, p in network.state_dict().items()}
