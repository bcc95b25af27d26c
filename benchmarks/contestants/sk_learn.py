"""scikit-learn's ``MLPClassifier``, brought to the same network, cost and start.

For targets of several labels its outputs are sigmoid neurons and its loss the cross-entropy; with
``alpha=0`` and no momentum its ``sgd`` is the same descent.  (Its loss takes an output to be at
least the dtype's epsilon from 0 and 1, which shows only where outputs are saturated.)
"""

from __future__ import annotations

import numpy as np
from sklearn.neural_network import MLPClassifier

from .base import Array, Contestant, Problem


class SkLearn(Contestant):
    """``partial_fit`` of many mini-batches at once: one call for each would cost much more."""

    name = "scikit-learn MLPClassifier"
    at_once = True

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.model = MLPClassifier(
            problem.sizes[1:-1],
            activation="logistic",
            solver="sgd",
            alpha=0.0,
            batch_size=problem.batch,
            learning_rate_init=problem.learning_rate,
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=False,
            random_state=0,
        )
        classes = np.arange(problem.sizes[-1])
        m = problem.batch
        self.y = problem.y.astype(int)
        self.model.partial_fit(problem.x[:m], self.y[:m], classes=classes)  # makes its arrays
        for array, start in zip(self.parameters(), problem.parameters(), strict=True):
            array[...] = start

    def step(self, batch: Array) -> float:
        """One mini-batch."""
        return self.steps(batch[None])

    def steps(self, batches: Array) -> float:
        """Gather all mini-batches, and let the model cut them apart again."""
        order = batches.ravel()
        self.model.partial_fit(self.problem.x[order], self.y[order])
        return float(self.model.loss_)

    def parameters(self) -> list[Array]:
        """Its coefficients, which stand the other way round, and its intercepts."""
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return [p for w, b in pairs for p in (w.T, b)]

    def predict(self, x: Array) -> Array:
        """The largest of the model's probabilities."""
        return self.model.predict_proba(x).argmax(axis=1)


CONTESTANTS = [SkLearn]
