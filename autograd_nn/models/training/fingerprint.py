"""What a run of training is made with, in words: to be compared, and told where it differs."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from .. import arguments
from ..files import saving
from .settings import Settings

_COMPARED = (  # the settings that decide what is learned, and what is kept of it
    "batch_size", "learning_rate", "l2", "l1", "regularize_biases", "momentum", "patience",
    "schedule", "monitor_every",
)  # fmt: skip


def made_with(run: Any) -> dict[str, str]:
    """The network's kind, the settings, the seed and the data of what trains, by their names.

    Left out is what may be different without changing a bit: ``epochs``, ``plan``, ``progress``.
    """
    of_network = saving.settings_of(run.network)
    settings: Settings = run.settings
    found = {k: repr(v) for k, v in of_network.items() if k not in ("format", "version")}
    found |= {name: repr(getattr(settings, name)) for name in _COMPARED}
    return found | {
        "monitor": repr(run.monitor.quantities),
        "rng": run.seed,
        "data": _digest(run.network, *run.monitor.training),
        "validation": _digest(run.network, *(run.monitor.validation or (None, None))),
    }


def seed_in_words(rng: Any) -> str:
    """A seed as it is; of a generator only the kind, since it moves on."""
    bits = getattr(rng, "bit_generator", rng)
    kind = type(bits).__name__
    return f"a Generator ({kind})" if isinstance(bits, np.random.BitGenerator) else f"{rng!r:.200}"


def _digest(network: Any, x: Any, y: Any) -> str:
    """How many examples, and a number that would be another for others."""
    if x is None:
        return "None"
    x, y = arguments.inputs(x, network.sizes[0], network.dtype), np.asarray(y)
    whole = y.astype(np.int64 if y.dtype.kind in "iu" else network.dtype)
    digest = hashlib.blake2b(digest_size=6)
    for array in (x, whole):
        digest.update(f"{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return f"{len(x):,} examples ({digest.hexdigest()})"
