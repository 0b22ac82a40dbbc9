"""Choices that are spelled by tokens: drawing one, and what one costs.

A choice (a shift, a sound, a touch) is a path of tokens; all paths of one kind form a tree. At each
fork the network's probabilities are those of the tokens that may follow there, and no others. What
the session's memory foresees is a share of each choice; it is mixed in along the path so that the
whole path has (1 - trust) network + trust memory, exactly: after each token the memory's weight is
its posterior.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.respond.limits import Limits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Path = tuple[int, ...]

#: Logits (V,) of what follows the context and some more tokens.
Foresee = Callable[[Path], NDArray[np.float32]]


def _sums(group: Ints, values: Floats, count: int) -> Floats:
    """Return the sum (count,) of the values of each group."""
    found: Floats = np.bincount(group, values, minlength=count).astype(np.float64)
    return found


@dataclass(frozen=True, slots=True)
class Fork:
    """Where paths part: B branches, T tokens that may follow, C choices beyond."""

    tokens: Ints  # (T,)
    branch_of: Ints  # (T,) the branch that each token belongs to
    choices: Ints  # (C,)
    branch_of_choice: Ints  # (C,)
    beyond: tuple[Fork | None, ...]  # (B,) None where the choice is made
    read: tuple[int | None, ...]  # (B,) the token to read there; None where nothing was spelled

    def by_branch(self, values: Floats) -> Floats:
        """Return the sum (B,) of the values of all choices, by branch."""
        return _sums(self.branch_of_choice, values[self.choices], len(self.beyond))

    def network(self, logits: NDArray[np.float32]) -> Floats:
        """Return the network's share of each branch, (B,)."""
        found = logits[self.tokens].astype(np.float64)
        shares = np.exp(found - found.max())
        return _sums(self.branch_of, shares / shares.sum(), len(self.beyond))


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the memory foresees: the share of each choice, and how far it is trusted (0..1)."""

    shares: Floats
    trust: float


class Tree:
    """All choices of one kind by their paths.

    A choice with an empty path is made where none of the others' tokens follows but one of `next`.
    """

    def __init__(self, paths: Sequence[Path], following: Sequence[int] = ()) -> None:
        self.paths = tuple(paths)
        self._following = tuple(following)
        self.root = self._fork(list(range(len(paths))), 0)

    def _fork(self, choices: list[int], depth: int) -> Fork:
        groups: dict[int | None, list[int]] = {}
        for choice in choices:
            path = self.paths[choice]
            groups.setdefault(path[depth] if depth < len(path) else None, []).append(choice)
        tokens: list[int] = []
        branch_of: list[int] = []
        beyond: list[Fork | None] = []
        for branch, (token, members) in enumerate(groups.items()):
            spelled = self._following if token is None else (token,)
            tokens += spelled
            branch_of += [branch] * len(spelled)
            done = token is None or all(len(self.paths[m]) == depth + 1 for m in members)
            beyond.append(None if done else self._fork(members, depth + 1))
        return Fork(
            tokens=np.array(tokens, np.int64),
            branch_of=np.array(branch_of, np.int64),
            choices=np.array([c for members in groups.values() for c in members], np.int64),
            branch_of_choice=np.repeat(np.arange(len(groups)), [len(m) for m in groups.values()]),
            beyond=tuple(beyond),
            read=tuple(groups),
        )

    def draw(
        self,
        foresee: Foresee,
        favour: Floats,
        recalled: Recalled | None,
        limits: Limits,
        rng: np.random.Generator,
    ) -> int:
        """Draw a choice, each as much likelier as `favour` (C,) says; 0 forbids it, one must be.

        At a fork, a branch is favoured as the choices beyond it are on average.
        """
        walk = _Walk(self.root, foresee, recalled)
        open_ = (favour > 0).astype(np.float64)
        while (fork := walk.fork) is not None:
            mean = fork.by_branch(favour) / np.maximum(fork.by_branch(open_), 1)
            walk.go(_chosen(walk.shares() * mean, limits, rng))
        ends = walk.ends
        return int(next(c for c in ends if favour[c]))

    def shares(self, foresee: Foresee, recalled: Recalled | None) -> Floats:
        """Return the share (C,) of each choice, of choices that are spelled by one token each."""
        found = np.zeros(len(self.paths))
        walk = _Walk(self.root, foresee, recalled)
        found[self.root.choices] = walk.shares()[self.root.branch_of_choice]
        return found

    def cost(self, foresee: Foresee, choice: int, recalled: Recalled | None) -> list[float]:
        """Return what each fork on the way to a choice cost, in bits."""
        walk = _Walk(self.root, foresee, recalled)
        costs = []
        while (fork := walk.fork) is not None:
            branch = int(fork.branch_of_choice[np.flatnonzero(fork.choices == choice)[0]])
            costs.append(-float(np.log2(max(walk.shares()[branch], 1e-12))))
            walk.go(branch)
        return costs


class _Walk:
    """A way through a tree, with the memory's weight as it stands there."""

    def __init__(self, root: Fork, foresee: Foresee, recalled: Recalled | None) -> None:
        self.fork: Fork | None = root
        self.ends: list[int] = []
        self._foresee, self._recalled = foresee, recalled
        self._weight = recalled.trust if recalled else 0.0
        self._read: Path = ()
        self._network = self._memory = self._mixed = np.zeros(0)

    def shares(self) -> Floats:
        """Return the share (B,) of each branch of the fork."""
        assert self.fork is not None
        self._network = self.fork.network(self._foresee(self._read))
        self._mixed = self._network
        if self._weight and self._recalled is not None:
            memory = self.fork.by_branch(self._recalled.shares)
            if memory.sum() > 0:
                self._memory = memory / memory.sum()
                self._mixed = (1 - self._weight) * self._network + self._weight * self._memory
            else:
                self._weight = 0.0
        return self._mixed

    def go(self, branch: int) -> None:
        """Take a branch."""
        fork = self.fork
        assert fork is not None
        if self._weight:
            self._weight *= float(self._memory[branch] / max(self._mixed[branch], 1e-12))
        token = fork.read[branch]
        self._read += () if token is None else (token,)
        self.fork = fork.beyond[branch]
        if self.fork is None:
            self.ends = fork.choices[fork.branch_of_choice == branch].tolist()


def _chosen(shares: Floats, limits: Limits, rng: np.random.Generator) -> int:
    """Draw a branch: temperature, then the likeliest top_k, then those that make up top_p."""
    if not shares.any():
        raise ValueError("nothing is left to be drawn")
    with np.errstate(divide="ignore"):
        logits = np.log(shares) / limits.temperature
    heat = np.exp(logits - logits.max())
    order = np.argsort(-heat, kind="stable")
    best = heat[order] / heat.sum()
    keep = np.cumsum(best) - best < limits.top_p
    if limits.top_k:
        keep[limits.top_k :] = False
    keep[0] = True
    best = best * keep
    row = int(np.searchsorted(np.cumsum(best / best.sum()), rng.random(), side="right"))
    return int(order[min(row, int(keep.sum()) - 1)])
