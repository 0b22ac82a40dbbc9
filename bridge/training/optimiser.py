"""The optimisers a recipe may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from bridge.core.errors import SettingError

BETAS = (0.9, 0.98)  # a shorter memory of squares than usual: batches are small


def optimiser(model: nn.Module, config: Mapping[str, Any]) -> torch.optim.Optimizer:
    """Return `optimiser` of a recipe: adamw (the default), adam or rmsprop, at its `rate`.

    AdamW decays matrices only, by `weight_decay`; tables and norms are left alone.
    """
    rate = config["rate"]
    match config.get("optimiser", "adamw"):
        case "adam":
            return torch.optim.Adam(model.parameters(), lr=rate, betas=BETAS)
        case "rmsprop":
            return torch.optim.RMSprop(model.parameters(), lr=rate)
        case "adamw":
            return torch.optim.AdamW(_groups(model, config), lr=rate, betas=BETAS)
        case other:
            raise SettingError(f"config: optimiser {other!r} is not one of adamw, adam, rmsprop")


def _groups(model: nn.Module, config: Mapping[str, Any]) -> list[dict[str, Any]]:
    decayed = [
        p
        for n, p in model.named_parameters()
        if p.ndim == 2 and "weight" in n and "table" not in n and "chose" not in n
    ]
    known = {id(p) for p in decayed}
    rest = [p for p in model.parameters() if id(p) not in known]
    return [
        {"params": decayed, "weight_decay": config["weight_decay"]},
        {"params": rest, "weight_decay": 0.0},
    ]
