"""Tables of cases: a test for a group of them, since thousands of tiny tests are mostly pytest's work."""

import functools
import os

import pytest

slow = pytest.mark.slow


def each(name, groups):
    """Call the test for each case of a group: as `parametrize`, but one test a group.

    ``groups`` maps what the group is called to its cases.  A failure names the case; a group all of
    whose cases are skipped is skipped.
    """

    def decorate(test):
        @functools.wraps(test)
        def every(**given):
            skipped, cases = [], given.pop(name)
            for case in cases:
                try:
                    test(**{name: case}, **given)
                except pytest.skip.Exception as reason:
                    skipped.append(str(reason))
                except (Exception, pytest.fail.Exception) as error:
                    error.add_note(f"in the case {case}")
                    raise
            if cases and len(skipped) == len(cases):
                pytest.skip(skipped[0])

        return pytest.mark.parametrize(name, groups.values(), ids=list(groups))(every)

    return decorate


def by_op(samples):
    """Samples, grouped by their op."""
    groups = {}
    for sample in samples:
        groups.setdefault(sample.op, []).append(sample)
    return groups


def examples(count):
    """How many examples hypothesis makes: all where continuous integration runs, else a quarter."""
    return count if "CI" in os.environ else max(10, count // 4)


def quickly(values, quick=1):
    """Values to parametrize by: the first ones, and the others for the slow run."""
    return [pytest.param(value, marks=() if i < quick else slow) for i, value in enumerate(values)]
