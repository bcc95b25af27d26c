"""What the checks of arguments need of a network, and ``fit`` of its data."""

from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ..engine.core import Array
from .dropout import Dropout


class Layered(Protocol):
    """A network, as far as inputs, targets and masks must fit it."""

    sizes: tuple[int, ...]
    dtype: np.dtype[Any]
    dropout: Dropout | None

    @property
    def off(self) -> float:
        """The target of an output neuron that is not the label's."""


class Labelled(Protocol):
    """A dataset: inputs and their labels."""

    @property
    def x(self) -> Array:
        """Inputs, ``(examples, features)``."""

    @property
    def labels(self) -> Array:
        """A label for each example."""


Data: TypeAlias = Labelled | tuple[npt.ArrayLike, npt.ArrayLike] | list[Any]
