"""What `import autograd_nn` brings along, and what it leaves until it is asked for."""

import json
import subprocess
import sys

import pytest

import autograd_nn as ag


def loaded_after(code):
    """The modules that a new process has after this."""
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return set(json.loads(done.stdout.decode().splitlines()[-1]))


def test_the_engine_alone_is_imported():
    modules = loaded_after("import autograd_nn as ag; ag.grad(lambda x: x**2)(3.0)")
    assert "autograd_nn.tensor" in modules
    later = ("viz", "models", "gradient_check", "data", "book", "experiments", "cli")
    assert not {f"autograd_nn.{room}" for room in later} & modules
    assert not {"graphviz", "rich", "matplotlib", "numpy.random"} & modules


def test_networks_need_no_pictures():
    modules = loaded_after("import autograd_nn.models")
    assert not {"autograd_nn.viz", "graphviz", "matplotlib", "subprocess"} & modules


@pytest.mark.parametrize("room", ["viz", "models", "gradient_check", "data", "book"])
def test_a_room_is_there_when_it_is_asked_for(room):
    assert f"autograd_nn.{room}" in loaded_after(f"import autograd_nn as ag; ag.{room}")


@pytest.mark.parametrize("name", ag.__all__)
def test_every_public_name_is_there(name):
    assert getattr(ag, name) is getattr(ag, name)
    assert name in dir(ag)


def test_a_name_that_does_not_exist_says_so():
    with pytest.raises(AttributeError, match="module 'autograd_nn' has no attribute 'netwrok'"):
        ag.netwrok  # noqa: B018


def test_the_names_are_those_of_their_rooms():
    assert ag.Network is ag.models.Network
    assert ag.gradcheck is ag.gradient_check.gradcheck
    assert ag.blame is ag.gradient_check.blame
