"""What a run of training is made with, in words: compared before a run goes on."""

import hashlib
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from .. import arguments
from ..feedforward import Feedforward
from ..files.saving import collect_settings
from .run import Run


def describe_run(run: Run) -> dict[str, str]:
    """The network's kind, the settings, the seed and the data, each in words by its name.

    ``epochs``, ``plan`` and ``progress`` may differ without changing a bit, and are left out.
    """
    of_network = collect_settings(run.network)
    words = {k: repr(v) for k, v in of_network.items() if k not in ("format", "version")}
    words |= {f.name: repr(getattr(run.settings, f.name)) for f in fields(run.settings)}
    del words["epochs"]
    held_out = run.monitor.validation
    return words | {
        "monitor": repr(run.monitor.quantities),
        "rng": _describe_seed(run.rng),
        "data": _describe_data(run.network, *run.monitor.training),
        "validation": "None" if held_out is None else _describe_data(run.network, *held_out),
    }


def _describe_seed(rng: object) -> str:
    """A seed as it is; of a generator only the kind, since its state changes."""
    bits = getattr(rng, "bit_generator", rng)
    kind = type(bits).__name__
    return f"a Generator ({kind})" if isinstance(bits, np.random.BitGenerator) else f"{rng!r:.200}"


def _describe_data(network: Feedforward, x: npt.ArrayLike, y: npt.ArrayLike) -> str:
    """How many examples, and a number that differs for others."""
    inputs, given = arguments.check_inputs(x, network), np.asarray(y)
    targets = given.astype(np.int64 if given.dtype.kind in "iu" else network.dtype)
    digest = hashlib.blake2b(digest_size=6)
    for array in (inputs, targets):
        digest.update(f"{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return f"{len(inputs):,} examples ({digest.hexdigest()})"
