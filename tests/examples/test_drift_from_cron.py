"""The lines of examples/drift-cron, run as cron and systemd run them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

from dac_on_path import dac_folder
from forked_dac import Ran, dac
from shells import EXAMPLES, dac_environment
from state_server import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conftest import Site

BY_HAND = EXAMPLES / "dev-to-prod/by_hand.py"
RULE = "Remote access: administrator signs in from outside"


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_cron_mails_what_is_new_and_systemd_fails_on_errors_only(site: Site) -> None:
    project, secrets = site.repository("gitops-github"), site.work / "drift.env"
    variables = {"QRADAR_DEV_TOKEN": "-", "QRADAR_PROD_TOKEN": "emulator", "DAC_STATE_PASSWORD": PASSWORD}
    secrets.write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    shell = dac_environment()
    words = ("apply", "--auto-approve", "--console", "prod")
    applied = dac(words, folder=project, env=shell | variables)
    assert applied.code == 0, applied.text
    site.here.update(
        {
            "/srv/detections": str(project),
            "/etc/dac/drift.env": str(secrets),
            "/opt/dac/bin": str(dac_folder()),
            "/var/lib/dac": str(site.work),
        }
    )
    line = _cron_line(site)
    assert _run(line, site.work, shell) == Ran(0, "", "")

    _run([sys.executable, str(BY_HAND), site.here["https://qradar.example.com"], "switch-off", RULE], site.work, shell)
    told = _run(line, site.work, shell)
    assert told.code == 2
    assert "detection.admin_sign_in: it is switched off" in told.stdout
    assert _run(line, site.work, shell) == Ran(2, "", "")

    service = _service(site)
    assert service["EnvironmentFile"] == str(secrets)
    command = shlex.split(service["ExecStart"])
    started = _run(command, Path(service["WorkingDirectory"]), shell | variables)
    assert str(started.code) == service["SuccessExitStatus"]
    assert '"disabled"' in (site.work / "drift.json").read_text()
    assert _run(command, project, shell).code == 1  # without a token


def _cron_line(site: Site) -> list[str]:
    """The command of the crontab, as cron gives it to the shell it names."""
    *settings, line = _text(site, "dac-drift.cron").splitlines()
    assert "SHELL=/bin/bash" in settings
    assert "%" not in line  # a newline to cron
    minute, *_, user, command = line.split(maxsplit=6)
    assert (minute, user) == ("*/5", "dac")
    return ["/bin/bash", "-c", command]


def _service(site: Site) -> dict[str, str]:
    unit = RawConfigParser()
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(_text(site, "dac-drift.service"))
    return dict(unit["Service"])


def _text(site: Site, name: str) -> str:
    return site.localized((EXAMPLES / "drift-cron" / name).read_text(encoding="utf-8"))
