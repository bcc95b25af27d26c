"""The line of a report that makes the check again: pasted, it gives the same report."""

import numpy as np
import pytest

import autograd_nn as ag
from autograd_nn import GradientMismatch, Network, Op, ops

SMALL, LARGE = np.array([[0.5, -1.25], [3.0, 1e-7]]), np.random.default_rng(0).standard_normal(300)


def report_of(call):
    try:
        return call()
    except GradientMismatch as error:
        return error.report


def pasted(report, **names):
    return report_of(lambda: eval(report.reproduce, {"ag": ag, "np": np, **names}))


def same(report, **names):
    assert not report.ok
    again = pasted(report, **names)
    assert again.as_dict() == report.as_dict()
    assert str(again).splitlines()[-1] == f"  reproduce: {report.reproduce}"


def cost(w):
    return np.sum(np.sin(w))


def twice(w):
    return 2 * np.cos(w)


def rule(g, w):
    return 2 * g * np.cos(w)


@pytest.mark.parametrize("x", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("every", [None, True, False])
@pytest.mark.parametrize("how", [{"gradient": twice}, {"vjp": rule}], ids=["gradient", "vjp"])
def test_of_a_gradient_by_hand(x, every, how):
    value = cost if "gradient" in how else np.sin
    report = report_of(lambda: ag.check_gradient_function(value, x, every=every, **how))
    same(report, cost=cost, twice=twice, rule=rule, x0=x)
    assert ("x0" in report.reproduce) == (x is LARGE)


def test_what_has_no_name_is_named_in_a_comment():
    fs = [lambda w: cost(w), lambda w: twice(w)]
    report = report_of(lambda: ag.check_gradient_function(fs[0], LARGE, gradient=fs[1], seed=3))
    assert report.reproduce == (
        "ag.check_gradient_function(value, x0, gradient=gradient, seed=3)"
        "  # value, x0, gradient: as given"
    )
    again = pasted(report, value=fs[0], gradient=fs[1], x0=LARGE)
    assert again.arguments == report.arguments


@pytest.mark.parametrize("every", [None, True, False])
def test_of_a_tensor_function(every):
    wrong = Op("wrong", np.sin, lambda g, y, x: rule(g, x))
    fs = [lambda x: ops.sum(wrong(x))]
    report = ag.gradcheck(fs[0], LARGE, every=every, seed=np.random.default_rng(1))
    assert "(f, x0, " in report.reproduce
    same(report, f=fs[0], x0=LARGE)
    same(ag.gradcheck(wrong, SMALL, every=every), wrong=wrong)


def test_of_the_second_order_and_of_nothing():
    lost = Op("lost", np.sin, lambda g, y, x: g * np.cos(getattr(x, "data", x)))
    same(ag.gradcheck(lost, SMALL, order=2), lost=lost)
    same(ag.gradcheck(ops.sin, np.zeros((0, 3))))


@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("every", [None, True])
def test_of_a_network(fused, every):
    network = Network([3, 4, 2], rng=0)
    x, y = np.eye(3), [0, 1, 1]

    def halved(x, y):
        network.zero_grad()
        network.record(x, y).cost.backward()
        found = [0.5 * p.grad for p in network.parameters]
        return found[1::2], found[::2]

    report = report_of(
        lambda: ag.check_network(network, x, y, gradient=halved, fused=fused, every=every, seed=5)
    )
    assert report.reproduce.endswith("  # network, x, y: as given")
    same(report, network=network, x=x, y=y, halved=halved)
