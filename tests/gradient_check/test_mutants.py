"""The check put to the proof by wrong rules; and the proof itself put to the proof."""

import ast
import dis
import re
from types import FunctionType

import numpy as np
import pytest
from mutants import CLASSICS, EIGHT, Mutant, every_mutant, proof, prove
from mutants.edges import edge_samples
from mutants.faults import FAULTS, changes_nothing, faulty
from mutants.proof import checked
from mutants.samples import Sample
from mutants.sift import Kind, sifted
from mutants.source import every_helper, plain, syntax_tree, transplanted
from mutants.syntax import FAMILIES, changes, rewritten
from mutants.units import call_in_units, in_units

from autograd_nn import Op, ops
from autograd_nn.gradient_check import Verdict

SUBTLE = {"× 1.0003", "× 1.00001", "+ 1e-7", "float32"}
GROSS = (set(FAULTS) - SUBTLE) | {"classic"}
UNITS = [(1e6, 1.0), (1e-6, 1.0), (1.0, 1e-8)]


def plain_rules():
    for op in ops.ALL:
        for i in range(op.arity or 1):
            if op.rule(i) is not None:
                yield op, plain(op.rule(i))


# --- the check rejects wrong rules -------------------------------------------------------------


@pytest.mark.parametrize("mutant", EIGHT, ids=str)
def test_the_eight_that_other_checkers_were_compared_on_are_rejected(mutant):
    outcome = checked(mutant, mutant.samples)
    assert outcome.report.verdict is Verdict.FAIL


@pytest.mark.parametrize("mutant", CLASSICS, ids=str)
def test_mistakes_as_people_make_them_are_named(mutant):
    outcome = checked(mutant, mutant.samples)
    assert outcome.killed
    assert outcome.report.cause in mutant.causes, outcome.report
    assert outcome.report.diagnosis in str(outcome.report).splitlines()[0]


def wrong_ones(mutants):
    """Those that are wrong, with the samples that show it."""
    found = [(m, *sifted(m)) for m in mutants]
    return [(m, samples) for m, kind, samples in found if kind is Kind.WRONG]


def every_fault():
    places = [(op, i) for op in ops.ALL for i in range(op.arity or 2) if op.rule(i)]
    return [m for op, i in places for m in faulty(op, i)]


@pytest.fixture(scope="module")
def a_few():
    """Some of all faults, and of the changes to some of the rules."""
    faults = every_fault()
    texts = [m for op in ops.ALL[::8] if op.rule(0) for m in rewritten(op, 0)]
    return wrong_ones([*faults[::73], *texts[::23]])


def test_a_sample_of_all_wrong_rules_is_rejected_and_most_are_named(a_few):
    found = proof.Proof([checked(m, samples) for m, samples in a_few])
    assert len(found.outcomes) > 40
    assert not [str(o.mutant) for o in found.survivors if not o.why]
    assert found.killed >= 0.95 * len(found.outcomes)
    named, nameable = found.diagnosed
    assert named >= 0.8 * nameable > 20


@pytest.mark.parametrize("units", UNITS, ids=str)
def test_a_sample_of_gross_mistakes_is_rejected_in_other_units(a_few, units):
    gross = [(m, samples) for m, samples in a_few if m.family in GROSS][UNITS.index(units) :: 3]
    assert len(gross) > 6
    assert not [str(m) for m, samples in gross if not checked(m, samples, units).killed]


@pytest.fixture(scope="module")
def every_wrong_one():
    return wrong_ones(every_mutant())


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_of_all_wrong_rules_nearly_all_are_rejected_and_each_survivor_is_explained(every_wrong_one):
    found = proof.Proof([checked(m, samples) for m, samples in every_wrong_one])
    total, (named, nameable) = len(found.outcomes), found.diagnosed
    assert total >= 1_500
    assert not [str(o.mutant) for o in found.survivors if not o.why]
    assert found.killed >= 0.995 * total, [str(o.mutant) for o in found.survivors]
    assert named >= 0.8 * nameable
    for op, rule in plain_rules():
        assert any(o.mutant.op is op for o in found.outcomes), f"{op}: {rule}"


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("units", UNITS, ids=str)
def test_every_gross_mistake_is_rejected_in_other_units(every_wrong_one, units):
    gross = [
        (m, sorted(samples, key=lambda s: max(map(np.size, s.arrays))))  # small ones take less time
        for m, samples in every_wrong_one
        if m.family in GROSS
    ]
    assert len(gross) >= 1_000
    assert not [str(m) for m, samples in gross if not checked(m, samples, units).killed]


# --- the proof itself --------------------------------------------------------------------------


def test_a_check_that_accepts_everything_kills_nothing(monkeypatch):
    blind = proof.gradcheck(np.exp, np.ones(2))
    assert blind.ok
    monkeypatch.setattr(proof, "gradcheck", lambda *args, **settings: blind)
    found = prove(faulty(ops.tan, 0))
    assert (found.killed, len(found.outcomes)) == (0, len(FAULTS) - 2)
    assert all(o.why == "" for o in found.survivors)
    assert found.diagnosed == (0, len(FAULTS) - 2)


def instructions(function):
    """A function's code, without addresses and what depends on where a name was imported."""
    words = []
    for i in dis.get_instructions(function):
        if i.opname not in ("PUSH_NULL", "CACHE", "PRECALL") and not hasattr(i.argval, "co_code"):
            address = i.argrepr.startswith("to ")
            said = "" if address else re.sub(r"( \+ )?NULL(\|self)?( \+ )?", "", i.argrepr)
            words.append((i.opname.replace("METHOD", "ATTR"), said))
    return words


def test_an_unchanged_tree_compiles_to_the_very_same_code():
    """That is how it is known that the right one of many lambdas was found."""
    count = 0
    for _, rule in plain_rules():
        for function in (rule, *every_helper(rule)):
            again = transplanted(function, function, syntax_tree(function))
            assert instructions(again) == instructions(function)
            count += 1
    assert count > 200


def test_lambdas_side_by_side_are_told_apart():
    pair = (lambda g, y, x: g * 2, lambda g, y, x: g * 3)  # fmt: skip
    three = Op("two", np.add, lambda g, y, a, b: g, lambda g, y, a, b: (
            g - 0)).with_rule(0, pair[1])  # fmt: skip
    assert ast.unparse(syntax_tree(pair[0])).endswith("g * 2")
    assert ast.unparse(syntax_tree(pair[1])).endswith("g * 3")
    assert ast.unparse(syntax_tree(three.rule(1))).endswith("g - 0")


def test_a_rule_without_source_is_refused():
    rule = eval("lambda g, y, x: g")
    with pytest.raises((ValueError, OSError)):
        syntax_tree(rule)
    with pytest.raises(ValueError, match="no plain function"):
        list(rewritten(Op("exp", np.exp, np.multiply), 0))


def test_only_the_mutant_sees_the_change():
    op = ops.max
    x = np.array([1.0, 2.0, 2.0])
    before = op.rule(0)(1.0, np.float64(2.0), x)
    (_, shared) = (f for f in every_helper(op.rule(0)) if f.__name__ in ("_kept", "_shared"))
    _, _, tree = next(c for c in changes(syntax_tree(shared)) if c[0] == "operator")
    wrong = transplanted(op.rule(0), shared, tree)
    assert wrong(1.0, np.float64(2.0), x).tolist() == [0.0, 2.0, 2.0]
    assert op.rule(0)(1.0, np.float64(2.0), x).tolist() == before.tolist() == [0.0, 0.5, 0.5]


def test_what_ends_a_loop_is_left_alone():
    tree = ast.parse(
        "def f(g, y, x):\n n = 3\n r = 1\n while r < n:\n  r *= 2\n  g = g + x\n return g"
    ).body[0]
    changed = {what for _, what, _ in changes(tree)}
    assert "g + x → g - x" in changed
    assert not any("r" in what.split(" → ")[0].split() and "*=" in what for what in changed)
    assert not any(what.startswith(("r < n", "n = 3", "r = 1", "3", "2")) for what in changed)


def test_mutants_that_change_nothing_and_those_that_cannot_run_are_told_by_trying():
    kinds = {m.family: sifted(m)[0] for m in faulty(ops.mul, 0)}
    assert set(kinds.values()) == {Kind.WRONG}
    flat = {m.family: sifted(m)[0] for m in faulty(ops.floor, 0)}
    assert flat["zero"] is flat["negated"] is Kind.EQUIVALENT
    assert flat["+ 1e-7"] is Kind.WRONG
    raising = Mutant(
        ops.exp, 0, "x", "x", lambda: ops.exp.with_rule(0, lambda g, y, x: g @ y[0] @ x)
    )
    assert sifted(raising)[0] is Kind.CANNOT_RUN
    symmetric = [m for m in faulty(ops.cholesky, 0) if m.family == "transposed"]
    assert sifted(symmetric[0])[0] is Kind.EQUIVALENT


@pytest.mark.slow
def test_faults_change_nothing_where_that_is_declared_and_nowhere_else():
    for mutant in every_fault():
        declared = changes_nothing(mutant.op, mutant.argument, mutant.family)
        assert sifted(mutant)[0] is (Kind.EQUIVALENT if declared else Kind.WRONG), mutant


def test_a_rule_wrong_only_where_there_is_a_tie_is_wrong():
    ties = [m for m in rewritten(ops.max, 0) if m.what.endswith("→ ties")]
    kind, samples = sifted(ties[0])
    assert kind is Kind.WRONG
    assert set(samples) <= set(edge_samples("max"))


def test_every_family_of_mistakes_has_mutants_and_a_name():
    every = [m for op in (ops.max, ops.power, ops.svd_packed) for m in every_mutant([op])]
    assert {m.family for m in every} >= set(FAMILIES) | set(FAULTS)
    assert str(next(faulty(ops.div, 1))) == "div, argument 1: × 1.01"


def test_other_units_are_the_same_function():
    sample, units = Sample("exp", (np.array([1.0, 2.0]),)), (1e6, 1e-8)
    f, (x,) = call_in_units(ops.exp, sample, None, units)
    np.testing.assert_allclose(x, [1e6, 2e6])
    np.testing.assert_allclose(f(x), 1e-8 * np.exp([1.0, 2.0]))
    np.testing.assert_allclose(f.rule(0)(1.0, f(x), x), 1e-14 * np.exp([1.0, 2.0]))
    np.testing.assert_allclose(in_units(ops.exp, units)(x), f(x))


def test_variadic_ops_are_wrong_in_one_argument_only():
    wrong = ops.concatenate.with_rule(1, lambda g, y, *arrays, axis: 0 * arrays[1])
    g, parts = np.arange(4.0), (np.ones(2), np.ones(2))
    assert wrong.rule(0)(g, g, *parts, axis=0).tolist() == [0, 1]
    assert wrong.rule(1)(g, g, *parts, axis=0).tolist() == [0, 0]
    assert isinstance(plain(ops.concatenate.rule(1)), FunctionType)
