"""What was played in this session, remembered literally: the figures a model has no room for.

An online PPM over the row of symbols shift, sound, shift, sound, ... (a sound is a voice and a
pitch). It answers with what followed the same last symbols before, blended over context lengths
after Witten and Bell; contexts shorter than SHORTEST are left to the network, which knows them
better. How much it is trusted depends on the longest context that matched, and on the model that it
helps (docs/training.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.respond.steps import SHIFT, SIZES

PITCHES = 128
SHORTEST, LONGEST = 2, 8  # symbols of context
MOST = 4096  # notes; the older half is let go beyond

#: Shifts whose sounds are looked up before one of them is drawn, and slot 0 for all others.
SLOTS = 5

Symbol = int
Shares = dict[Symbol, float]


@dataclass(frozen=True)
class Trust:
    """The memory's weight (0..1, 1 excluded) by length of the longest matching context, 0..LONGEST.

    Fitted on the valid split for each model (bridge/evaluation/trust.py) and kept in its card.
    """

    shifts: tuple[float, ...]
    sounds: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raise ValueError where a weight is missing, impossible, or of a context too short."""
        for name, weights in (("shifts", self.shifts), ("sounds", self.sounds)):
            if len(weights) != LONGEST + 1:
                raise ValueError(f"{name} must be {LONGEST + 1} weights, not {len(weights)}")
            if wrong := [weight for weight in weights if not 0 <= weight < 1]:
                raise ValueError(f"{name} must be in 0..1, 1 excluded, not {wrong[0]}")
            if any(weights[:SHORTEST]):
                raise ValueError(f"{name} must be 0 where fewer than {SHORTEST} symbols match")

    def of_shift(self, matched: int) -> float:
        """Return the weight in the next shift where so many symbols matched."""
        return self.shifts[matched]

    def of_sound(self, matched: int) -> float:
        """Return the weight in the next sound where so many symbols matched."""
        return self.sounds[matched]


#: Of a model whose card has none; fitted for the shipped models together.
USUAL_TRUST = Trust(
    (0.0, 0.0, 0.07, 0.1, 0.16, 0.19, 0.33, 0.24, 0.55),
    (0.0, 0.0, 0.12, 0.13, 0.24, 0.27, 0.32, 0.39, 0.69),
)


def sound(voice: int, pitch: int) -> Symbol:
    """Return the symbol of a sound; those of the shifts come before."""
    return SIZES[SHIFT] + voice * PITCHES + pitch


class Memory:
    """Counts of what followed what; learns and unlearns note by note.

    Only what the player played is counted. The answer's own notes are context: were they counted
    too, an answer would soon repeat itself.
    """

    def __init__(self, trust: Trust = USUAL_TRUST) -> None:
        self._trust = trust
        self._row: list[Symbol] = []
        self._counted: list[bool] = []
        self._gone = 0  # notes let go
        self._counts: dict[tuple[Symbol, ...], dict[Symbol, int]] = {}

    def __len__(self) -> int:
        return self._gone + len(self._row) // 2

    def learn(self, shift: int, voice: int, pitch: int, *, counted: bool = True) -> None:
        """Remember one note; one that is not `counted` is context only."""
        if len(self._row) >= 2 * MOST:
            row, flags = self._row[MOST:], self._counted[MOST:]
            self._gone += MOST // 2
            self._row, self._counted, self._counts = [], [], {}
            for symbol, flag in zip(row, flags, strict=True):
                self._learn(symbol, counted=flag)
        self._learn(shift, counted=counted)
        self._learn(sound(voice, pitch), counted=counted)

    def _learn(self, symbol: Symbol, *, counted: bool) -> None:
        if counted:
            for context in self._contexts():
                seen = self._counts.setdefault(context, {})
                seen[symbol] = seen.get(symbol, 0) + 1
        self._row.append(symbol)
        self._counted.append(counted)

    def unlearn(self, notes: int) -> None:
        """Forget all but the first `notes` notes; exact."""
        while self._row and len(self) > notes:
            for _ in range(2):
                symbol = self._row.pop()
                for context in self._contexts() if self._counted.pop() else ():
                    seen = self._counts[context]
                    seen[symbol] -= 1
                    if not seen[symbol]:
                        del seen[symbol]
                    if not seen:
                        del self._counts[context]

    def _contexts(self) -> list[tuple[Symbol, ...]]:
        past = tuple(self._row[-LONGEST:])
        return [past[-n:] for n in range(SHORTEST, len(past) + 1)]

    def shifts(self) -> tuple[Shares, float]:
        """Return the shares of the next shift, and how much to trust them."""
        shares, matched = self._follow(tuple(self._row[-LONGEST:]))
        return shares, self._trust.of_shift(matched)

    def sounds(self, shift: int) -> tuple[Shares, float]:
        """Return the shares of the sound after a shift, and how much to trust them."""
        shares, matched = self._follow((*self._row[1 - LONGEST :], shift))
        return shares, self._trust.of_sound(matched)

    def _follow(self, past: tuple[Symbol, ...]) -> tuple[Shares, int]:
        """Return the shares of what comes next, and how many symbols of the past matched."""
        found = []
        for order in range(SHORTEST, len(past) + 1):
            seen = self._counts.get(past[-order:])
            if seen is None:
                break
            found.append(seen)
        shares: Shares = {}
        weight = 1.0  # of a context, what all longer ones leave to it
        for seen in reversed(found):
            kinds = len(seen)
            total = sum(seen.values()) + kinds
            for symbol, count in seen.items():
                shares[symbol] = shares.get(symbol, 0.0) + weight * count / total
            weight *= kinds / total
        whole = sum(shares.values())
        matched = SHORTEST + len(found) - 1 if found else 0
        return {symbol: share / whole for symbol, share in shares.items()}, matched
