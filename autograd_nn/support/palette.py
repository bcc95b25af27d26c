"""The colours of every picture and plot, told apart by the colour-blind too.

A sign is never shown by colour alone: what is negative is also dashed, a kind has its own shape.
"""

from __future__ import annotations

# Lines and words.
POSITIVE, NEGATIVE, NEUTRAL = "#0b5fa5", "#c2410c", "#52606d"
INK, PALE, PALE_LINE, FRAME = "#1f2933", "#6b7785", "#8a95a1", "#b8c0c9"

# What boxes are filled with.
WHITE, PARAMETER, INPUT, RESULT, COST = "#ffffff", "#fdf3d8", "#eef0f2", "#e8f1fa", "#e4f3e1"
NOW, BEHIND = "#ffe08a", "#e3e7eb"  # the box where a pass is; the ground of a filmstrip

# Curves: those of a cost are warm, those of an accuracy cold.
CURVES = (POSITIVE, NEGATIVE, "#3f7d58", "#7a5195", NEUTRAL)
DASHES, MARKS = ("-", "--", "-.", ":"), "os^Dvx*"
LIGHT_COST, DARK_COST, LIGHT_ACCURACY = "#e8a33d", "#7c2d12", "#7fb2dd"
GREEN = "#4d7c0f"


def of_sign(sign: int) -> str:
    """The colour of a positive number (1), a negative one (-1) or zero."""
    return {1: POSITIVE, 0: NEUTRAL, -1: NEGATIVE}[sign]
