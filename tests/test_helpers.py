"""What tests share is tested itself: a table of cases tries each, and names the one that fails."""

import pytest
from helpers.cases import each
from helpers.counting import calls, check_linear

TRIED = []


@each("number", {"small": [1, 2], "large": [100]})
def test_every_case_of_every_group_is_tried(number):
    TRIED.append(number)
    if number == 100:
        assert TRIED == [1, 2, 100]


def test_a_failure_names_its_case_and_skips_do_not_hide_it():
    def odd(number):
        if number == 1:
            pytest.skip("one")
        assert number % 2

    every = each("number", {})(odd)
    every(number=[1, 3])
    with pytest.raises(AssertionError) as failed:
        every(number=[1, 3, 4])
    assert failed.value.__notes__ == ["in the case 4"]
    with pytest.raises(pytest.skip.Exception, match="one"):
        every(number=[1, 1])


def test_work_that_grows_faster_than_its_size_is_noticed():
    assert (
        calls(lambda: [abs(i) for i in range(5)]) - calls(lambda: [abs(i) for i in range(1)]) == 4
    )
    check_linear(lambda n: [abs(i) for i in range(n)])
    with pytest.raises(AssertionError):
        check_linear(lambda n: [abs(i) for i in range(n * n)])
