"""Learning: mini-batch stochastic gradient descent, epoch by epoch, until something ends it."""

from pathlib import Path

from ...errors import AutogradError, NonFiniteError
from .checkpoint import Checkpoint
from .history import History
from .run import Run


class TrainingDivergedError(AutogradError, ValueError):
    """A cost or an output is no longer a finite number; ``history`` holds the epochs before."""

    __module__ = "autograd_nn.models"

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def train(run: Run, file: Path | None, resume: bool) -> History:
    """Run the epochs, as ``Network.fit`` says; ``TrainingDivergedError`` for a cost not finite."""
    checkpoint = None if file is None else Checkpoint(file, run, resume=resume)
    try:
        while len(run.history) < run.settings.epochs and run.history.stopped is None:
            run.run_epoch()
            run.decide()
            if checkpoint is not None:
                checkpoint.keep()
            run.report(run.history[-1])
    except KeyboardInterrupt:
        run.history.interrupted = True
    except NonFiniteError as found:
        raise TrainingDivergedError(
            f"fit: in epoch {len(run.history)} {found}; a smaller learning_rate than {run.rate:g} "
            "often helps; inside `with watch_nonfinite():` fit(…, plan=False) names the operation",
            run.history,
        ) from None
    return run.history
