"""The `dac` command. `dac --version` answers before anything is imported."""

from __future__ import annotations

import gc
import sys

GARBAGE = 100_000
"""Objects between two looks for cycles: a run makes many values and hardly any cycle, and Python's 700 looks often."""


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from dac import __version__

        sys.stdout.write(f"dac {__version__}\n")
        return
    gc.set_threshold(GARBAGE)
    from dac.cli.app import run

    run()


if __name__ == "__main__":
    main()
