"""autograd_nn.support.palette."""

from __future__ import annotations

POSITIVE, NEGATIVE, NEUTRAL = "#0b5fa5", "#c2410c", "#52606d"
