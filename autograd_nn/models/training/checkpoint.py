"""A run of training in a file, from which it goes on as if it had never been interrupted.

The file is an .npz: the members of a saved network, the velocities of momentum, and as JSON
("run") all else that the next epoch depends on: the state of the generator, the learning rate, the
epochs without improvement, the history; and what the run is made with
(:mod:`autograd_nn.models.training.fingerprint`), to be compared.
"""

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...engine.types import Array
from ...support.checks import check_flag, check_path, is_count, is_real
from ...support.files import write_whole
from ...tensor.tensor import Tensor
from ..files.archive import LARGEST, Archive, check_format, pack, round_trip
from ..files.saving import collect_arrays, collect_settings
from .fingerprint import describe_run
from .history import History
from .run import Run

_FORMAT, _VERSION = "autograd_nn checkpoint", 1
_KEYS = {"format", "version", "made_with", "generator", "rate", "signal", "history"}


class Checkpoint:
    """The file of one call of ``fit``, written before the first epoch and after every epoch."""

    def __init__(self, file: Path, run: Run, *, resume: bool) -> None:
        self.file, self.run, self.made_with = file, run, describe_run(run)
        if resume:
            self._restore()
        else:
            self.keep()  # whether it can be written shows now, not after the first epoch

    def keep(self) -> None:
        """Write the state of the run, whole or not at all; ``OSError`` where that fails."""
        run, signal = self.run, self.run.signal
        state = {
            "format": _FORMAT,
            "version": _VERSION,
            "made_with": self.made_with,
            "generator": run.generator.bit_generator.state,
            "rate": run.rate,
            "signal": None if signal is None else {"best": signal.best, "waited": signal.waited},
            "history": run.history.content(),
        }
        arrays = collect_arrays(run.network)
        arrays |= {f"v_{p.name}": v.data for p, v in run.step.velocities.items()}
        texts = {"settings": collect_settings(run.network), "run": state}
        done = len(run.history)
        try:
            write_whole(self.file, pack(arrays, texts, small=False))
        except OSError as error:
            kept = f"after epoch {done - 1}; the one before is still there"
            when = kept if done else "before training"
            raise OSError(
                f"fit: cannot write the checkpoint {self.file}: {error.strerror or error}, {when}"
            ) from error

    def _restore(self) -> None:
        """Bring the run to the state in the file; if anything is wrong nothing is changed."""
        run, (archive, state) = self.run, _read(self.file)
        self._compare(state["made_with"])
        with _naming(self.file):
            arrays = _read_arrays(archive, run)
            generator = _check_generator_state(state["generator"], run)
            rate = _check_rate(state["rate"], run)
            best, waited = _check_signal(state["signal"], run)
            history = History.of_content(state["history"])
        if len(history) > run.settings.epochs:
            raise ValueError(
                f"fit: {self.file} has {len(history)} epochs already; expected that many or more "
                f"together with those to come, not epochs={run.settings.epochs}"
            )
        for tensor, values in arrays:
            tensor.data = values
        run.generator.bit_generator.state = generator
        run.history = history
        run.set_rate(rate)
        if run.signal is not None:
            run.signal.best, run.signal.waited = best, waited

    def _compare(self, then: dict[str, str]) -> None:
        now = self.made_with
        differ = [
            f"{name} was {then.get(name, 'not known')}, is {now.get(name, 'not known')} now"
            for name in {**then, **now}
            if then.get(name) != now.get(name)
        ]
        if differ:
            raise ValueError(
                f"fit: {self.file} is a checkpoint of another run: {'; '.join(differ)}; give them "
                "as they were to go on, or name another file to start over"
            )


def check_checkpoint(path: object, resume: object) -> Path | None:
    """The file, or None; ``OSError`` if it is missing to resume, or there to start over."""
    resume = check_flag(resume, "fit: resume")
    if path is None:
        if resume:
            raise ValueError("fit: resume=True goes on from a file; name it: checkpoint='run.npz'")
        return None
    file = check_path(path, "fit: checkpoint")
    if file.suffix.lower() != ".npz":
        raise ValueError(f"fit: checkpoint={str(path)!r}; expected a name that ends in .npz")
    if resume and not file.is_file():
        raise FileNotFoundError(
            f"fit: there is no checkpoint {file}; leave out resume=True to start over"
        )
    if not resume and file.exists():
        raise FileExistsError(
            f"fit: {file} is there already; go on from it with resume=True, or remove it or name "
            "another to start over"
        )
    return file


def count_epochs(file: Path) -> int:
    """How many epochs a checkpoint holds; ``ValueError`` for another file."""
    _, state = _read(file)
    with _naming(file):
        return len(History.of_content(state["history"]))


# --- reading, without trust -------------------------------------------------------------------


@contextlib.contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Raise whatever goes wrong as a ``ValueError`` that names the file."""
    try:
        yield
    except Exception as error:  # zip, JSON, NumPy's headers and generators each fail in their way
        raise ValueError(
            f"fit: {file} is not a checkpoint that fit wrote: {error}; name another file, or start "
            "over without resume=True"
        ) from error


def _read(file: Path) -> tuple[Archive, dict[str, Any]]:
    """The members of the file, and the state of the run."""
    with _naming(file):
        if file.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} bytes")
        content = file.read_bytes()
        archive = Archive(content)  # not compressed: a member longer than the file is a bomb
        found = archive.read_json("run", len(content), constants=True)
        state = check_format(found, _FORMAT, _VERSION, _KEYS)
        texts = state["made_with"]
        if not isinstance(texts, dict) or not all(isinstance(t, str) for t in texts.values()):
            raise ValueError("made_with: expected settings in words")
        return archive, state


def _read_arrays(archive: Archive, run: Run) -> list[tuple[Tensor, Array]]:
    tensors = {str(p.name): p for p in run.network.parameters}
    tensors |= {f"v_{p.name}": v for p, v in run.step.velocities.items()}
    unknown = archive.names ^ {*tensors, "settings", "run"}
    if unknown:
        raise ValueError(f"members {sorted(unknown)} are missing or unknown")
    dtype = str(run.network.dtype)
    return [(t, archive.read_array(name, t.shape, dtype)) for name, t in tensors.items()]


def _check_generator_state(state: dict[str, Any], run: Run) -> dict[str, Any]:
    """The state, if a generator of the run's kind accepts it and then has it."""
    fresh = type(run.generator.bit_generator)()
    fresh.state = state
    if round_trip(fresh.state) != state:
        raise ValueError("generator: expected its state")
    position, most = 0, 0  # where it reads next: NumPy takes any, also outside its own memory
    if state["bit_generator"] == "MT19937":
        position, most = state["state"]["pos"], len(state["state"]["key"])
    elif state["bit_generator"] == "Philox":
        position, most = state["buffer_pos"], len(state["buffer"])
    if not (is_count(position) and 0 <= position <= most):
        raise ValueError(f"generator: position {position!r}; expected 0 to {most}")
    return state


def _check_rate(rate: object, run: Run) -> float:
    first = run.settings.learning_rate
    if not (is_real(rate) and rate > 0):
        raise ValueError(f"rate {rate!r}; expected a positive number")
    if run.settings.schedule is None and rate != first:
        raise ValueError(f"rate {rate!r}; expected {first!r}, as there is no schedule")
    return float(rate)


def _check_signal(signal: dict[str, Any] | None, run: Run) -> tuple[float, int]:
    """The best accuracy, and the epochs since."""
    if signal is None and run.signal is None:
        return 0.0, 0
    if signal is None or run.signal is None or set(signal) != {"best", "waited"}:
        raise ValueError(f"signal {signal!r}; expected best and waited, None without patience")
    best, waited = signal["best"], signal["waited"]
    if not (is_count(waited) and waited >= 0):
        raise ValueError(f"signal: waited is {waited!r}; expected an integer, 0 or more")
    if not (isinstance(best, float) and (best == -math.inf or 0 <= best <= 1)):
        raise ValueError(f"signal: best is {best!r}; expected an accuracy")
    return best, waited
