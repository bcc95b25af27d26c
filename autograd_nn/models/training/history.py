"""What training returns: a record of each epoch, and of moments within epochs if chosen."""

import csv
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, overload

from ...plots.training import plot_history
from ...support.checks import check_path
from ...support.files import write_whole

_Kind = TypeVar("_Kind", "Epoch", "Moment")


@dataclass(frozen=True, kw_only=True, repr=False)
class Measured:
    """What ``fit(monitor=…)`` measured, ``None`` for what it did not.

    The costs include the penalty of L2 and L1, divided by the number of *training* examples also
    for the validation data.  ``gradient_norms`` are ‖∂C₀/∂wˡ‖ over all training examples and
    ``saturation`` the fraction of activations that hardly react, both for layers 2, 3 ….
    """

    training_cost: float | None = None
    training_accuracy: float | None = None
    validation_cost: float | None = None
    gradient_norms: tuple[float, ...] | None = None
    saturation: tuple[float, ...] | None = None

    def __repr__(self) -> str:
        """What was measured."""
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.known().items())})"

    def known(self) -> dict[str, Any]:
        """The names and values of what was measured; those of the subclass come first."""
        names, inherited = [f.name for f in fields(self)], len(fields(Measured))
        values = {n: getattr(self, n) for n in names[inherited:] + names[:inherited]}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, repr=False)
class Epoch(Measured):
    """The record of an epoch.

    ``cost`` is the mean over the epoch's examples of the cost each had in its mini-batch, without
    penalty, so it lags a little behind; ``accuracy`` is that on the validation data (None without);
    ``seconds`` is how long the epoch took, evaluation included; ``learning_rate`` is η in it.
    """

    epoch: int
    cost: float
    accuracy: float | None
    seconds: float
    learning_rate: float | None = None


@dataclass(frozen=True, repr=False)
class Moment(Measured):
    """The record of a moment within an epoch: 1.5 is halfway through the second.

    ``cost`` is the mean cost of the examples since the moment before, in their mini-batches.
    """

    epoch: float
    cost: float
    accuracy: float | None


class History(Sequence[Epoch]):
    """The records of a training run, one for each finished epoch, first epoch first.

    ``moments`` are those within epochs (``fit(monitor_every=…)``).  ``interrupted`` is True if
    Ctrl-C ended training, ``stopped`` says in words why it ended before its last epoch.
    """

    def __init__(self) -> None:
        self.epochs: list[Epoch] = []
        self.moments: list[Moment] = []
        self.interrupted = False
        self.stopped: str | None = None

    @overload
    def __getitem__(self, i: int) -> Epoch: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[Epoch]: ...
    def __getitem__(self, i: int | slice) -> Epoch | Sequence[Epoch]:
        """The record of an epoch, by position."""
        return self.epochs[i]

    def __len__(self) -> int:
        """How many epochs were finished."""
        return len(self.epochs)

    def __repr__(self) -> str:
        """The number of epochs and the last of them."""
        last = f", last {self.epochs[-1]}" if self.epochs else ""
        ended = ", interrupted" if self.interrupted else ""
        ended = f", stopped: {self.stopped}" if self.stopped else ended
        return f"History({len(self)} epochs{last}{ended})"

    @property
    def best(self) -> Epoch:
        """The first record with the highest accuracy, which is how the book reports its runs.

        Raises ``ValueError`` if no accuracy was measured.
        """
        measured = [record for record in self.epochs if record.accuracy is not None]
        if not measured:
            raise ValueError("History.best: no accuracy was measured; give fit(validation=…)")
        return max(measured, key=lambda record: record.accuracy or 0.0)

    def plot(self, ax: object = None) -> Any:
        """Draw learning curves with matplotlib into ``ax`` or a new figure; returns the axes.

        Raises ``TypeError`` for what are not axes and ``ImportError`` without matplotlib.
        """
        if ax is not None and not hasattr(ax, "plot"):
            raise TypeError(f"History.plot: ax={ax!r:.60}; expected matplotlib's axes, or None")
        return plot_history(self, ax)

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The epochs as CSV text, a column for each quantity; with ``path`` also into a file.

        Raises ``OSError`` for a file that cannot be written.

        >>> history = History()
        >>> history.epochs.append(Epoch(0, 0.5, 0.75, 1.25, saturation=(0.0, 0.5)))
        >>> print(history.to_csv().strip())
        epoch,cost,accuracy,seconds,saturation_2,saturation_3
        0,0.5,0.75,1.25,0.0,0.5
        """
        rows = [_to_cells(record) for record in self.epochs]
        names = list(dict.fromkeys(name for row in rows for name in row))
        text = io.StringIO()
        table = csv.DictWriter(text, names, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        return _write(text.getvalue(), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Everything as JSON text, numbers exact; with ``path`` also into a file.

        Raises ``OSError`` for a file that cannot be written.

        >>> json.loads(History().to_json())["interrupted"]
        False
        """
        return _write(json.dumps(self.content(), indent=1) + "\n", path)

    def content(self) -> dict[str, Any]:
        """Everything, in the types that JSON has.

        >>> History().content()
        {'epochs': [], 'moments': [], 'interrupted': False, 'stopped': None}
        """
        return {
            "epochs": [record.known() for record in self.epochs],
            "moments": [record.known() for record in self.moments],
            "interrupted": self.interrupted,
            "stopped": self.stopped,
        }

    @classmethod
    def of_content(cls, content: object) -> "History":
        """The history with this :meth:`content`; ``ValueError`` if there is none.

        >>> History.of_content(History().content())
        History(0 epochs)
        """
        if not isinstance(content, dict) or set(content) != set(cls().content()):
            raise ValueError("history: expected epochs, moments, interrupted, stopped")
        history, stopped = cls(), content["stopped"]
        history.interrupted, history.stopped = content["interrupted"] is True, stopped
        history.epochs = [_read_record(Epoch, found) for found in content["epochs"]]
        history.moments = [_read_record(Moment, found) for found in content["moments"]]
        counted = [record.epoch for record in history.epochs] == list(range(len(history)))
        if not counted or not (stopped is None or isinstance(stopped, str)):
            raise ValueError("history: expected epochs 0, 1 … and why it ended in words")
        return history


def _read_record(kind: type[_Kind], found: dict[str, Any]) -> _Kind:
    """A record from its names and values, as :meth:`Measured.known` gives them."""
    values: dict[str, Any] = {"accuracy": None}
    for name, value in found.items():
        of_layers = name in ("gradient_norms", "saturation")
        numbers = value if of_layers and isinstance(value, list) else [value]
        if not all(type(n) in (int, float) for n in numbers):
            raise ValueError(f"history: {name} is {value!r:.60}; expected numbers")
        values[name] = tuple(value) if of_layers else value
    return kind(**values)


def _to_cells(record: Measured) -> dict[str, Any]:
    """A cell for each number; names of columns that belong to layers end in the layer's number."""
    cells: dict[str, Any] = {}
    for name, value in record.known().items():
        if isinstance(value, tuple):
            cells |= {f"{name}_{layer}": number for layer, number in enumerate(value, start=2)}
        else:
            cells[name] = value
    return cells


def _write(text: str, path: str | os.PathLike[str] | None) -> str:
    if path is not None:
        write_whole(check_path(path, "History"), text.encode())
    return text
