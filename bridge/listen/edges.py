"""Straight lines through ticks that are heard at the edges of audio periods of a known length.

Conventions: a tick is (how many came before it, the monotonic second it was heard); a tick sent at
second t is heard at the first edge after t, and stamped a little later when the machine is busy.

Least squares takes such errors for noise. But each of them is a bound: t lies within a period
before its edge, and a tempo is possible only if one line lies within all bounds. Few are: of those,
each as likely as it leaves room to the line's beginning, the middle one is taken. Where period and
tick nearly divide, many tempos are possible, and nobody can tell more from what was heard.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from itertools import pairwise

from bridge.listen.regression import Fit, Tick

ASIDE = 0.25  # of a period: a stamp farther from its edge tells nothing
MOST_ASIDE = 0.1  # of the ticks: with more of these, it is not known where the edges are
HAIR = 1e-6  # seconds by which rounding may have widened a bound

Point = tuple[float, float]  # ticks from the middle; seconds


def within_bounds(ticks: Sequence[Tick], fit: Fit, period: float) -> Fit:
    """Return the middle line of those possible, near the least-squares line `fit`; else `fit`.

    `period` is the audio period in seconds.
    """
    points = [(tick - fit.tick, late) for tick, late in _edges(ticks, fit, period)]
    if len(points) < max(2, (1 - MOST_ASIDE) * len(ticks)):
        return fit
    upper = _hull(points)
    lower = [(x, -y) for x, y in _hull([(x, -y) for x, y in points])]
    slope = _middle(_rooms(upper, lower, period + HAIR))
    if slope is None:
        return fit
    latest = max(y - slope * x for x, y in upper)
    soonest = min(y - slope * x for x, y in lower)
    return Fit(fit.tick, fit.second + (latest + soonest) / 2, fit.period + slope)


def _edges(ticks: Sequence[Tick], fit: Fit, period: float) -> list[Tick]:
    """Return how late against `fit` the edges are at which ticks were heard."""
    turns = sum(cmath.rect(1, 2 * math.pi * (second / period % 1)) for _, second in ticks)
    edge = cmath.phase(turns) / (2 * math.pi) * period  # seconds after a multiple of the period
    found = []
    for tick, second in ticks:
        heard = round((second - edge) / period) * period + edge
        if abs(second - heard) < ASIDE * period:
            found.append((tick, fit.error((tick, heard))))
    return found


def _hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the upper convex hull (Andrew's monotone chain); x must rise."""
    hull: list[Point] = []
    for x, y in points:
        while len(hull) > 1:
            (x0, y0), (x1, y1) = hull[-2:]
            if (x1 - x0) * (y - y0) < (y1 - y0) * (x - x0):
                break
            hull.pop()
        hull.append((x, y))
    return hull


def _rooms(upper: Sequence[Point], lower: Sequence[Point], period: float) -> list[Point]:
    """Return (slope, room in seconds) at all corners of the room that the bounds leave."""
    (first, begin), (last, end) = upper[0], upper[-1]
    chord, reach = (end - begin) / (last - first), period / (last - first)
    edges = [
        (y1 - y0) / (x1 - x0)
        for hull in (upper, lower)
        for (x0, y0), (x1, y1) in pairwise(hull)
        if abs((y1 - y0) / (x1 - x0) - chord) < reach
    ]
    rooms = []
    for slope in sorted((chord - reach, *edges, chord + reach)):
        latest = max(y - slope * x for x, y in upper)
        rooms.append((slope, period - latest + min(y - slope * x for x, y in lower)))
    return rooms


def _middle(rooms: Sequence[Point]) -> float | None:
    """Return the slope with half of the room on either side; None where there is no room."""
    parts = [_with_room(*pair) for pair in pairwise(rooms) if max(pair[0][1], pair[1][1]) > 0]
    half = sum((s1 - s0) * (r0 + r1) for s0, r0, s1, r1 in parts) / 4
    for s0, r0, s1, r1 in parts:
        area = (s1 - s0) * (r0 + r1) / 2
        if area >= half > 0:
            growth = (r1 - r0) / (s1 - s0)
            # The root of r0 x + growth x^2 / 2 = half, in a form that growth = 0 does not harm.
            return s0 + 2 * half / (r0 + math.sqrt(max(r0 * r0 + 2 * growth * half, 0.0)))
        half -= area
    return None


def _with_room(begin: Point, end: Point) -> tuple[float, float, float, float]:
    """Return slope and room at both ends of what has room between two corners."""
    (s0, r0), (s1, r1) = begin, end
    if min(r0, r1) >= 0:
        return s0, r0, s1, r1
    crossing = s0 + (s1 - s0) * r0 / (r0 - r1)
    return (s0, r0, crossing, 0.0) if r0 > 0 else (crossing, 0.0, s1, r1)
