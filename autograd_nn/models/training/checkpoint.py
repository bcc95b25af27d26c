"""A run of training in a file, from which it goes on as if it had never been interrupted.

The file is an .npz: the members of a saved network, the velocities of momentum, and as JSON
("run") all else that the next epoch depends on: where the generator stands, the learning rate, how
long no improvement has been waited for, the history; and what the run is made with
(:mod:`autograd_nn.models.training.fingerprint`), to be compared.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...engine.core import Array
from ...support.checks import check_flag, check_path, is_count, is_real
from ...support.files import write_whole
from ..files import saving
from ..files.archive import LARGEST, Archive, of_format, packed, read_back
from .fingerprint import made_with
from .history import History
from .settings import Settings

_FORMAT, _VERSION = "autograd_nn checkpoint", 1
_KEYS = {"format", "version", "made_with", "generator", "rate", "signal", "history"}


class Checkpoint:
    """The file of one call of ``fit``, which is written after every epoch.

    ``run`` is what trains (:mod:`.loop`).  Raises ``FileExistsError`` for a
    file that is there though the run begins anew, ``FileNotFoundError`` for one that is not though
    it goes on, and ``ValueError`` for a file that is no checkpoint, or that of another run.
    """

    def __init__(self, file: Path, run: Any, *, resume: bool) -> None:
        self.file, self.run = file, run
        self.made_with = made_with(run)
        if resume:
            self._restore()
        else:
            self.keep()  # whether it can be written shows now, not after the first epoch

    def keep(self) -> None:
        """Write where the run stands, whole or not at all."""
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
        arrays = saving.arrays_of(run.network) | {
            f"v_{p.name}": v.data for p, v in run.learn.velocities.items()
        }
        texts = {"settings": saving.settings_of(run.network), "run": state}
        done = len(run.history)
        try:
            write_whole(self.file, packed(arrays, texts, small=False))
        except OSError as error:
            kept = f"after epoch {done - 1}; the one before is still there"
            when = kept if done else "before training"
            raise OSError(
                f"fit: cannot write the checkpoint {self.file}: {error.strerror or error}, {when}"
            ) from error

    def _restore(self) -> None:
        """Put the run where it stood; if anything is wrong nothing is changed."""
        run = self.run
        archive, state = _opened(self.file)
        self._compare(state["made_with"])
        with _told(self.file):
            arrays = _arrays(archive, run)
            generator = _generator(state["generator"], run)
            rate, signal = _rate(state["rate"], run), _signal(state["signal"], run)
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
            run.signal.best, run.signal.waited = signal

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
                "as they were to go on, or name another file to begin anew"
            )


def checked_file(path: Any, resume: Any) -> Path | None:
    """The file of the checkpoints, if any is asked for; whether it is there is as it should be."""
    if path is None:
        if check_flag(resume, "fit: resume"):
            raise ValueError("fit: resume=True goes on from a file; name it: checkpoint='run.npz'")
        return None
    resume, file = check_flag(resume, "fit: resume"), check_path(path, "fit: checkpoint")
    if file.suffix.lower() != ".npz":
        raise ValueError(f"fit: checkpoint={str(path)!r}; expected a name that ends in .npz")
    if resume and not file.is_file():
        raise FileNotFoundError(
            f"fit: there is no checkpoint {file}; leave out resume=True to begin anew"
        )
    if not resume and file.exists():
        raise FileExistsError(
            f"fit: {file} is there already; go on from it with resume=True, or remove it or name "
            "another to begin anew"
        )
    return file


def epochs_in(path: str | os.PathLike[str]) -> int:
    """How many epochs a checkpoint holds; what is no checkpoint raises as in ``fit``."""
    file = checked_file(path, resume=True)
    assert file is not None
    _, state = _opened(file)
    with _told(file):
        return len(History.of_content(state["history"]))


# --- reading what may be anything -------------------------------------------------------------


@contextlib.contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # zip, JSON, NumPy's headers and generators fail as they like
        raise ValueError(
            f"fit: {file} is no checkpoint that fit wrote: {error}; name another file, or begin "
            "anew without resume=True"
        ) from error


def _opened(file: Path) -> tuple[Archive, dict[str, Any]]:
    with _told(file):
        if file.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST:,} bytes")
        content = file.read_bytes()
        archive = Archive(content)
        # it was not packed, so what is longer than the file is a bomb
        return archive, _checked(archive.parsed("run", len(content), constants=True))


def _checked(found: Any) -> dict[str, Any]:
    state = of_format(found, _FORMAT, _VERSION, _KEYS)
    texts = state["made_with"]
    if not isinstance(texts, dict) or not all(isinstance(t, str) for t in texts.values()):
        raise ValueError("made_with: expected settings in words")
    return state


def _arrays(archive: Archive, run: Any) -> list[tuple[Any, Array]]:
    """Each tensor of the run, and its values."""
    tensors = {p.name: p for p in run.network.parameters} | {
        f"v_{p.name}": v for p, v in run.learn.velocities.items()
    }
    unknown = archive.names ^ {*tensors, "settings", "run"}
    if unknown:
        raise ValueError(f"members {sorted(unknown)} are missing or unknown")
    dtype = str(run.network.dtype)
    return [(t, archive.array(name, t.shape, dtype)) for name, t in tensors.items()]


def _generator(state: Any, run: Any) -> Any:
    """The state, if a generator of this kind takes it and has it then."""
    fresh = type(run.generator.bit_generator)()
    fresh.state = state
    if read_back(fresh.state) != state:
        raise ValueError("generator: expected its state")
    for position, most in _positions(state):
        if not (is_count(position) and 0 <= position <= most):
            raise ValueError(f"generator: position {position!r}; expected 0 to {most}")
    return state


def _positions(state: dict[str, Any]) -> Iterator[tuple[Any, int]]:
    """Where a generator reads next in its own memory, and how far that goes.

    NumPy takes any number and reads there, in the memory of others too.
    """
    if state["bit_generator"] == "MT19937":
        yield state["state"]["pos"], len(state["state"]["key"])
    elif state["bit_generator"] == "Philox":
        yield state["buffer_pos"], len(state["buffer"])


def _rate(rate: Any, run: Any) -> float:
    settings: Settings = run.settings
    if not (is_real(rate) and rate > 0):
        raise ValueError(f"rate {rate!r}; expected a positive number")
    if settings.schedule is None and rate != settings.learning_rate:
        raise ValueError(
            f"rate {rate!r}; expected {settings.learning_rate!r}, as there is no schedule"
        )
    return float(rate)


def _signal(signal: Any, run: Any) -> tuple[float, int]:
    """The best accuracy and how long has been waited since."""
    if run.signal is None:
        if signal is not None:
            raise ValueError(f"signal {signal!r}; expected none, as there is no patience")
        return 0.0, 0
    best, waited = signal["best"], signal["waited"]
    if set(signal) != {"best", "waited"} or not is_count(waited) or waited < 0:
        raise ValueError(f"signal {signal!r}; expected best and waited")
    if not (isinstance(best, float) and (best == -math.inf or 0 <= best <= 1)):
        raise ValueError(f"signal {signal!r}; expected an accuracy")
    return best, waited
