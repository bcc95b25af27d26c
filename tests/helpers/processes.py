"""Programs run by Python in processes of their own."""

import os
import subprocess
import sys


def text_of_every_process(program):
    """What a program writes, the same in processes with other hashes and other addresses."""
    texts = {
        subprocess.run(
            [sys.executable, "-c", program, seed],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    }
    (text,) = texts
    return text.decode()
