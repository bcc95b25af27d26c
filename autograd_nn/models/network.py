"""The book's feedforward networks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..engine.types import Array
from ..plan.fuse_updates import side_by_side
from ..support.checks import check_choice, check_dtype, check_flag, check_generator, check_sizes
from ..tensor.tensor import Tensor
from .activations import ACTIVATIONS, OUTPUTS, swap_neurons
from .costs import Cost, choose_cost
from .dropout import Dropout, choose_dropout
from .feedforward import Feedforward
from .files import saving
from .initializers import INITIALIZERS
from .recording import Recording, record
from .training.checkpoint import check_checkpoint
from .training.history import History
from .training.loop import train
from .training.run import Data, Progress, Run
from .training.settings import Settings
from .training.stopping import Schedule


class Network(Feedforward):
    """A network of layers of neurons: a¹ = x, zˡ = wˡaˡ⁻¹ + bˡ, aˡ = σ(zˡ).

    ``sizes`` are the layers' numbers of neurons, input layer first.  ``activation`` ("sigmoid",
    "tanh", "relu", "linear") is that of the hidden layers, ``output`` ("sigmoid", "softmax",
    "linear", "tanh") that of the last one.  ``cost`` is "quadratic" (any output), "cross_entropy"
    (sigmoid, tanh) or "log_likelihood" (softmax).  ``initializer`` is "scaled" or "large",
    ``rng`` a seed or a ``numpy.random.Generator``; with ``zero_biases`` the same weights are drawn
    and the biases are 0.  ``swapped`` gives single neurons another function: ``{(2, 0): "tanh"}``
    is neuron 0 of layer 2.  ``dropout`` is a rate or a :class:`Dropout`.

    ``weights`` and ``biases`` are lists of tensors of shapes ``(n_out, n_in)`` and ``(n_out,)``,
    named w2, b2, w3 … as in the book: ``weights[0]`` connects layers 1 and 2.  Rows of inputs and
    outputs are examples; a single example may be one-dimensional.  Raises ``ValueError`` for a name
    or a size that makes no network, ``TypeError`` for another dtype.

    >>> import numpy as np
    >>> net = Network([2, 3, 1], rng=1)
    >>> net.feedforward([0.5, -1.0]).shape, net.feedforward(np.zeros((10, 2))).shape
    ((1,), (10, 1))
    >>> net = Network([4, 3], output="softmax", cost="log_likelihood")
    >>> round(float(net.feedforward([1.0, 0.0, 2.0, -1.0]).sum()), 12)
    1.0
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str = "sigmoid",
        cost: str = "quadratic",
        initializer: str = "scaled",
        rng: int | np.random.Generator | None = 0,
        dtype: npt.DTypeLike = np.float64,
        *,
        output: str = "sigmoid",
        zero_biases: bool = False,
        swapped: Mapping[tuple[int, int], str] | None = None,
        dropout: float | Dropout | None = None,
    ) -> None:
        self.sizes = check_sizes(sizes, "Network: sizes")
        self.activation, self.output = activation, output
        self.dtype = check_dtype(dtype, "Network")
        check_choice(activation, "Network: activation", ACTIVATIONS)
        check_choice(output, "Network: output", OUTPUTS)
        if output == "softmax" and self.sizes[-1] == 1:
            raise ValueError(
                "Network: output 'softmax' with a single output neuron, which would always be 1; "
                "choose 'sigmoid', or two neurons"
            )
        self.cost: Cost = choose_cost(cost, output)
        self._swapped = swap_neurons(swapped, self.sizes, output, cost)
        self.swapped = dict(swapped or {})
        self.dropout = choose_dropout(dropout)
        draw = INITIALIZERS[check_choice(initializer, "Network: initializer", INITIALIZERS)]
        generator = check_generator(rng, "Network", "for other weights each time")
        weights, biases = draw(self.sizes, generator)
        if check_flag(zero_biases, "Network: zero_biases"):
            biases = [np.zeros_like(b) for b in biases]
        self.weights = [self._leaf(w, f"w{layer}") for layer, w in enumerate(weights, start=2)]
        self.biases = [self._leaf(b, f"b{layer}") for layer, b in enumerate(biases, start=2)]
        side_by_side(self.parameters)

    def _leaf(self, values: Array, name: str) -> Tensor:
        return Tensor(values, requires_grad=True, name=name, dtype=self.dtype)

    def __repr__(self) -> str:
        """The sizes of the layers and the settings."""
        others = {"output": self.output, "swapped": self.swapped, "dropout": self.dropout}
        usual: dict[str, Any] = {"output": "sigmoid", "swapped": {}, "dropout": None}
        rest = "".join(f", {k}={v!r}" for k, v in others.items() if v != usual[k])
        return (
            f"Network({list(self.sizes)}, activation={self.activation!r}, cost={self.cost.name!r}, "
            f"dtype={self.dtype}{rest})"
        )

    def zero_grad(self) -> None:
        """Clear the gradients in the parameters, to which every backward pass adds."""
        for parameter in self.parameters:
            parameter.grad = None

    def record(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        fused: bool = False,
        *,
        masks: Sequence[npt.ArrayLike] | None = None,
    ) -> Recording:
        """A forward pass to look at: every node by its name, and the cost at the end.

        ``x`` is ``(features,)`` or ``(examples, features)``; ``y`` holds labels (integers, one for
        each example) or targets of the output's shape.  With ``fused=True`` the cost is computed
        from the weighted inputs z of the last layer, as in training; its activations are recorded
        too, but the cost does not depend on them.  ``masks``, one for each hidden layer, record a
        mini-batch with dropout; without them the whole network is recorded, as it is used.

        Raises ``ValueError`` for arrays that do not fit the network, are not finite, or, without
        ``fused``, saturate a neuron whose logarithm the cost needs.

        >>> net = Network([2, 3, 2], rng=0)
        >>> run = net.record([0.5, -1.0], 1)
        >>> run.cost.backward()
        >>> run.z[3].grad.shape, run.weights[2].grad.shape  # δ³ and ∂C/∂w²
        ((2,), (3, 2))
        """
        return record(self, x, y, fused, masks)

    def fit(
        self,
        data: Data,
        *,
        epochs: int,
        batch_size: int,
        learning_rate: float,
        l2: float = 0.0,
        l1: float = 0.0,
        regularize_biases: bool = False,
        momentum: float = 0.0,
        validation: Data | None = None,
        patience: int | None = None,
        schedule: Schedule | None = None,
        monitor: str | Iterable[str] = (),
        monitor_every: int | None = None,
        rng: int | np.random.Generator | None = 0,
        progress: Progress | None = None,
        plan: bool = True,
        checkpoint: str | os.PathLike[str] | None = None,
        resume: bool = False,
    ) -> History:
        """Learn by mini-batch stochastic gradient descent: w → w - η ∂C/∂w, b → b - η ∂C/∂b.

        ``data`` and ``validation`` are datasets or pairs of inputs ``(examples, features)``
        and labels or targets.  ``learning_rate`` is η, ``batch_size`` m; equations (20) and (21).

        ``l2`` is λ of weight decay, w → (1 - ηλ/n) w - η ∂C₀/∂w, equation (93) of the book, and
        ``l1`` that of L1, w → w - ηλ/n sgn w - η ∂C₀/∂w, equation (97), where sgn 0 = 0 and n is
        the number of training examples.  Biases are exempt unless ``regularize_biases``.
        ``momentum`` is μ: v → μv - η∇C, w → w + v, equations (107) and (108); 0 is plain descent.

        ``patience`` = n stops when the accuracy on ``validation`` has not improved in n epochs;
        with a :class:`Schedule` η is divided instead.  ``monitor`` names what else to measure after
        each epoch: any of "training_cost", "training_accuracy", "validation_cost",
        "gradient_norms", "saturation", or "all"; with ``monitor_every`` also within the epoch,
        after every so many examples (``history.moments``).

        ``progress`` is called with the fraction of the epoch that is done (a float up to 1.0) and,
        at an epoch's end, with its record.  Returns the history, one record for each epoch;
        deterministic for a seed ``rng``.  Ctrl-C ends training and returns the history so far.  The
        step is traced once and then replayed (:class:`autograd_nn.Plan`); ``plan=False`` records
        every step again, with the same result bit for bit.

        ``checkpoint`` names a file (``.npz``) that is written before the first epoch and after
        each, whole or not at all.  The same call with ``resume=True`` goes on from it, also in
        another process, after Ctrl-C or a crash: weights and history are those of a run that was
        never interrupted, bit for bit (with the same number of BLAS threads; except ``seconds``).
        ``epochs`` counts those done too, and may be larger than before.  Without a checkpoint
        another call goes on from the weights; velocities and the learning rate start over.

        Raises :class:`TrainingDivergedError`, which has the history, if a cost or a measured output
        is no longer finite; ``ValueError`` and ``TypeError`` that name the argument that is wrong,
        and what differs from the run of the checkpoint; ``FileExistsError`` if the checkpoint
        exists without ``resume=True``, ``FileNotFoundError`` if it does not with it.

        >>> import numpy as np
        >>> x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 1])
        >>> net = Network([2, 2], cost="cross_entropy", rng=0)
        >>> history = net.fit((x, y), epochs=50, batch_size=2, learning_rate=1.0, validation=(x, y))
        >>> len(history), history[-1].accuracy
        (50, 1.0)
        """
        settings = Settings(
            epochs, batch_size, learning_rate, l2, l1, regularize_biases, momentum, patience,
            schedule, monitor, monitor_every,
        )  # fmt: skip
        file = check_checkpoint(checkpoint, resume)
        return train(Run(self, data, validation, settings, rng, progress, plan), file, resume)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the network to a file, ``.json`` (text) or ``.npz`` (smaller), whole or not at all.

        Returns the path.  Raises ``ValueError`` for another suffix and for weights that are not
        finite, ``OSError`` for a file that cannot be written.
        """
        return saving.save(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Network:
        """The network that :meth:`save` wrote: the same outputs, bit for bit.

        A file is read as data and never run.  Raises ``FileNotFoundError``, and ``ValueError`` that
        says what is wrong with a file that holds no network.
        """
        return saving.load(path, cls)
