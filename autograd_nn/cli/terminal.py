"""What the commands share: lines printed as they are, and a bar of the epochs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ..models import Epoch


def say(console: Console, text: str) -> None:
    """Print it as it is; a terminal breaks the line, and no name of a file is cut in two."""
    console.print(text, markup=False, soft_wrap=True)


def progress_bar(console: Console) -> Progress:
    """A bar with a description before and the time after it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


@contextmanager
def epochs_bar(
    console: Console, epochs: int, words: Callable[[Epoch], str], done: int = 0, every: int = 1
) -> Iterator[Callable[[float | Epoch], None]]:
    """The ``progress`` of a training: moves a bar, and prints the last and ``every`` such epoch."""
    with progress_bar(console) as bar:
        task = bar.add_task("training", total=epochs, completed=done)

        def report(event: float | Epoch) -> None:
            nonlocal done
            if not isinstance(event, Epoch):
                bar.update(task, completed=done + event)
                return
            done = event.epoch + 1
            if event.epoch % every == 0 or done == epochs:
                bar.console.print(f"epoch {event.epoch:3}   cost {event.cost:.4f}   {words(event)}")

        yield report
