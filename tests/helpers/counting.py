"""Work that is counted, not timed: what a busy machine cannot change."""

import gc
import sys


def calls(function):
    """How many calls, of Python's functions and of C's, a function makes."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    gc.disable()  # what others have left does not end in here
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def check_linear(work, sizes=(100, 200, 300)):
    """``work(n)`` makes as many calls more from the second size to the third as to the second."""
    counts = [calls(lambda n=n: work(n)) for n in sizes]
    assert counts[2] - counts[1] == counts[1] - counts[0] > 0, counts
