"""What to type on this very machine to get a renderer that is missing."""

import os
import sys
from pathlib import Path

_INSTALL = {  # by the names that systems call themselves, or say that they are like
    "debian": "apt-get install graphviz",
    "ubuntu": "apt-get install graphviz",
    "fedora": "dnf install graphviz",
    "rhel": "dnf install graphviz",
    "suse": "zypper install graphviz",
    "arch": "pacman -S graphviz",
    "alpine": "apk add graphviz ttf-dejavu",
    "nixos": "nix-env -iA nixos.graphviz",
    "conda": "conda install -c conda-forge graphviz",
    "darwin": "brew install graphviz",
    "win32": "winget install Graphviz.Graphviz, then open a new terminal",
}
_EVERYWHERE = "pip install 'autograd_nn[render]'"


def remedy_here(name: str, why_not: str, systems: list[str] | None = None) -> str:
    """The command for this system, or "" where nothing is missing that there could be.

    ``systems`` are names of the system, the closest first; without them they are looked up.

    >>> remedy_here("dot", "no program `dot` on the PATH", ["debian"])
    'apt-get install graphviz'
    >>> remedy_here("dot", "no program `dot` on the PATH", ["darwin"])
    'brew install graphviz'
    """
    if not why_not:
        return ""
    if systems is None:
        command = remedy_here(name, why_not, this_system())
        packages = command.startswith(("apt-get ", "dnf ", "zypper ", "pacman ", "apk "))
        return f"sudo {command}" if packages and os.geteuid() != 0 else command
    command = _EVERYWHERE
    if name == "dot":
        elsewhere = "install graphviz with this system's packages (graphviz.org/download), or: "
        command = next((_INSTALL[s] for s in systems if s in _INSTALL), elsewhere + _EVERYWHERE)
    elif why_not.startswith("no pdf: ") and ";" not in why_not:
        return ""  # it never can, and needs nothing
    return command.replace("'", '"') if "win32" in systems else command  # cmd.exe knows no other


def this_system() -> list[str]:
    """What this system is called, the closest name first.

    "conda" where an environment of its is active; on Linux the ID and ID_LIKE of /etc/os-release.
    """
    names = ["conda"] if os.environ.get("CONDA_PREFIX") else []
    if sys.platform == "linux":
        return names + linux_names(_os_release())
    return [*names, sys.platform]


def _os_release() -> str:
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            return Path(path).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
    return ""


def linux_names(os_release: str) -> list[str]:
    """The names in the text of an os-release file.

    >>> linux_names('NAME="Linux Mint"\\nID=linuxmint\\nID_LIKE="ubuntu debian"\\n')
    ['linuxmint', 'ubuntu', 'debian']
    """
    said = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    words = [said.get(key, "").strip().strip("\"'") for key in ("ID", "ID_LIKE")]
    return " ".join(words).lower().split()
