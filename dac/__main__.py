"""The `dac` command. `dac --version` answers before anything is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        from dac import __version__

        sys.stdout.write(f"dac {__version__}\n")
        return
    from dac.cli.app import run

    run()


if __name__ == "__main__":
    main()
