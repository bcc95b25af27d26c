"""Which operation is to blame, and the lines that say where it was called."""

import contextvars
import threading

import numpy as np
import pytest
from helpers.leaf import leaf

from autograd_nn import Op, Tensor, blame, gradcheck, no_grad, ops, record_lines
from autograd_nn.gradient_check import Verdict

X = np.random.default_rng(4).standard_normal((3, 4))
wrong_square = Op("square", np.square, lambda g, y, x: g * x)  # the factor 2 is missing


def test_the_first_wrong_operation_is_named_with_its_line():
    x = leaf(X, "x")
    with record_lines():
        h = ops.tanh(x)
        y = wrong_square(h)
        cost = ops.sin(y).sum()
    report = blame(cost)
    assert report.verdict is Verdict.FAIL
    assert report.name == "square"
    assert report.cause == "factor"
    line = line_of(test_the_first_wrong_operation_is_named_with_its_line, 4)
    assert f"recorded at {line}" in str(report)


def test_of_two_wrong_operations_the_first_is_to_blame():
    wrong_sine = Op("sine", np.sin, lambda g, y, x: -g * np.cos(x))
    assert blame(wrong_square(wrong_sine(leaf(X))).sum()).name == "sine"


def test_right_operations_are_not_to_blame():
    report = blame(ops.tanh(leaf(X, "x") @ X.T).sum())
    assert report.verdict is Verdict.PASS
    assert report.diagnosis == "the rules of all 3 recorded operations are right"


def test_arguments_go_by_the_names_of_their_nodes():
    times = Op("times", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * b)
    z = times(leaf(X, "w"), ops.exp(leaf(X)))
    z.name = "z"
    report = blame(z.sum())
    assert report.name == "times (of z)"
    assert [a.name for a in report.arguments] == ["w", "b"]
    assert report.argument.name == "b"


def test_masks_settings_and_kinks_are_taken_as_they_were_recorded():
    x = leaf(X)
    y = ops.where(X > 0, x, 2 * x).sum(axis=0, keepdims=True)
    assert blame((y * y).sum()).ok
    assert blame(ops.relu(Tensor(np.zeros(2), requires_grad=True)).sum()).verdict is Verdict.KINK
    assert blame(ops.sqrt(Tensor(np.zeros(2), requires_grad=True))).verdict is Verdict.NONFINITE


def model(x):
    h = ops.tanh(x @ X.T)
    return wrong_square(h).sum()


def test_a_check_of_a_whole_function_names_the_operation_and_its_line():
    report = gradcheck(model, X)
    assert report.culprit.startswith(
        f"square, recorded at {line_of(model, 2)}: the gradient is 0.5"
    )
    assert f"to blame: {report.culprit}" in str(report)
    assert gradcheck(wrong_square, X).culprit == ""  # there is but one
    assert gradcheck(lambda x: ops.tanh(x @ X.T), X).culprit == ""


def test_a_value_taken_out_of_the_graph_is_nobodys_rule():
    report = gradcheck(lambda x: ops.exp(x.detach()) * ops.sin(x), X)
    assert report.verdict is Verdict.FAIL
    assert report.culprit.startswith("no operation")


def test_what_was_not_recorded_is_refused():
    with pytest.raises(TypeError, match="expected a recorded tensor"):
        blame(X)
    with pytest.raises(ValueError, match="x was not recorded"):
        blame(Tensor(X, name="x"))


# --- lines -----------------------------------------------------------------------------------------


def line_of(function, offset):
    return f"{__file__}:{function.__code__.co_firstlineno + offset}"


def test_lines_are_recorded_inside_the_block_and_nowhere_else():
    x = leaf(X)
    before = x * 2
    with record_lines():
        inside = (x * 2, np.exp(x), x.sum(axis=0), x[0], np.sum(x, axis=1))
        with no_grad():
            assert (x * 2).line is None
        again = x + 1
    after = x * 2
    me = test_lines_are_recorded_inside_the_block_and_nowhere_else
    assert [node.line for node in inside] == [line_of(me, 4)] * 5
    assert again.line == line_of(me, 7)
    assert before.line is after.line is None


@record_lines()
def decorated(x):
    return x * x


def test_as_a_decorator():
    assert decorated(leaf(X)).line == line_of(decorated.__wrapped__, 2)


def test_other_threads_are_not_concerned():
    found = []
    with record_lines():
        thread = threading.Thread(target=lambda: found.append((leaf(X) * 2).line))
        thread.start()
        thread.join()
        contextvars.copy_context().run(lambda: found.append((leaf(X) * 2).line))
    assert found[0] is None
    assert found[1].startswith(__file__)


def test_an_error_in_a_rule_names_the_line():
    def broken(g, y, x):
        raise KeyError("no")

    with record_lines():
        y = Op("f", np.sin, broken)(leaf(X))
    with pytest.raises(KeyError) as caught:
        y.sum().backward()
    assert (
        f"recorded at {line_of(test_an_error_in_a_rule_names_the_line, 5)}"
        in caught.value.__notes__[0]
    )


def test_operations_on_no_elements_are_passed_over():
    x = Tensor(np.ones((0, 3)), requires_grad=True)
    nothing = blame(ops.sin(x))
    assert nothing.verdict is Verdict.INCONCLUSIVE
    assert "no recorded operation has elements to check" in nothing.diagnosis
    some = blame(
        ops.sum(ops.concatenate([ops.sin(x), Tensor(np.ones((1, 3)), requires_grad=True)]))
    )
    assert some.verdict is Verdict.PASS
    assert "all 2 recorded operations" in some.diagnosis
