"""What nodes and their elements are called."""

import numpy as np
import pytest
from helpers.leaf import leaf
from helpers.networks import record
from hypothesis import given
from hypothesis import strategies as st

from autograd_nn import Network, Tensor, no_grad
from autograd_nn.engine.backward import topological_order
from autograd_nn.engine.names import node_names
from autograd_nn.paths.names import element_name
from autograd_nn.viz import animate, draw_backward, draw_graph, draw_paths


def names(output: Tensor) -> list[str]:
    return list(node_names(topological_order(output)).values())


def product(leaf_names: list[str | None]) -> Tensor:
    """A graph of leaves with these names and of nameless products."""
    leaves = [leaf(name=name) for name in leaf_names]
    result = leaves[0]
    for factor in leaves[1:]:
        result = result * factor
    return result


def test_a_node_is_called_by_its_own_name():
    cost = leaf(name="w") * leaf(name="∂ 'x\"")
    cost.name = "C"
    assert names(cost) == ["w", "∂ 'x\"", "C"]


def test_nameless_nodes_are_called_by_their_op_and_numbered_in_order():
    x = leaf(name="x")
    assert names((x * x + x) * (x * x)) == ["x", "mul1", "add1", "mul2", "mul3"]


def test_nameless_leaves_are_called_leaf_or_constant():
    with no_grad():
        result_not_recorded = leaf(name="w") * 2.0
    cost = leaf() * Tensor(2.0) * leaf() * result_not_recorded
    assert sorted(names(cost)) == [
        "constant1",
        "constant2",
        "leaf1",
        "leaf2",
        "mul1",
        "mul2",
        "mul3",
    ]


def test_the_second_of_a_name_gets_a_number():
    assert names(product(["x", "x", "y", "x"]))[:4] == ["x", "x#2", "y", "x#3"]


def test_every_node_is_named_in_the_given_order():
    nodes = topological_order(record((2, 3, 2)).cost)
    found = node_names(nodes)
    assert list(found) == nodes
    assert {"w2", "b2", "z2", "a2", "w3", "b3", "z3", "a3", "y", "C"} <= set(found.values())


def test_the_same_program_gives_the_same_names():
    def program() -> list[str]:
        return names(record((2, 3, 2)).cost)

    assert program() == program()


def test_no_nodes_have_no_names():
    assert node_names([]) == {}


GENERATED = ["x#2", "x#3", "x#2#2", "mul", "mul1", "mul2", "mul1#2", "leaf1", "leaf2", "#2", "1"]
LEAF_NAMES = st.none() | st.sampled_from(["x", "y", "C", "", "x ", *GENERATED])


@given(st.lists(LEAF_NAMES, min_size=1, max_size=8))
def test_no_two_nodes_are_called_the_same(leaf_names):
    found = names(product(leaf_names))
    assert len(set(found)) == len(found) == 2 * len(leaf_names) - 1


@pytest.mark.parametrize(
    "leaf_names",
    [["mul1", "x"], ["x", "x", "x#2"], [None, "leaf1"], ["mul1", "mul1", "mul1#2"]],
)
def test_no_two_nodes_are_called_the_same_where_names_look_like_generated_ones(leaf_names):
    found = names(product(leaf_names))
    assert len(set(found)) == len(found)


@given(st.lists(st.integers(1, 4), max_size=3).map(tuple))
def test_an_element_is_called_by_its_index(shape):
    for position, index in enumerate(np.ndindex(shape)):
        found = element_name("w", shape, position)
        assert found == (f"w[{', '.join(map(str, index))}]" if shape else "w")


def test_elements_have_different_names():
    assert len({element_name("w", (3, 4, 5), position) for position in range(60)}) == 60


def test_a_position_outside_has_no_name():
    with pytest.raises(ValueError, match="out of bounds"):
        element_name("w", (2, 3), 6)


@pytest.mark.parametrize("draw", [draw_graph, draw_backward, animate])
def test_a_recorded_pass_is_no_tensor_but_has_one(draw):
    run = Network([2, 2], rng=0).record([0.5, -1.0], 1)
    with pytest.raises(TypeError, match=r": got Recording, expected a tensor; .* draw its \.cost"):
        draw(run)
    with pytest.raises(TypeError, match=r": got Network, expected a tensor; record a pass of it"):
        draw(Network([2, 2]))  # whose cost is a function
    with pytest.raises(TypeError, match=r": got float, expected a tensor$"):
        draw(1.0)


def test_paths_say_what_they_got_and_from_where_to_where_they_run():
    run = Network([2, 2], rng=0).record([0.5, -1.0], 1)
    with pytest.raises(TypeError, match=r"got dict and Tensor; paths run from a tensor \(such as"):
        draw_paths(run.cost, run.weights, (0, 0))
