"""Two consoles, a server of states and a project that is on them, for the examples to work with."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest
from shells import EXAMPLES, dac_environment
from state_server import USER, StateServer

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AT_ONCE = {"task_seconds": 0, "install_seconds": 0, "export_seconds": 0, "deploy_seconds": 0, "rules_visible_after": 0}


@dataclass(frozen=True)
class Site:
    """What a pipeline meets: two consoles and a server of states. `here`: what stands for what the files say.

    After `close` nobody listens at any of their ports.
    """

    work: Path
    here: dict[str, str]
    states: StateServer
    close: Callable[[], None]

    def repository(self, example: str) -> Path:
        """A copy of an example in which everything that has a URL is on this machine."""
        folder = self.work / "repository"
        shutil.copytree(EXAMPLES / example, folder)
        for path in (path for path in folder.rglob("*") if path.is_file()):
            path.write_text(self.localized(path.read_text(encoding="utf-8")), encoding="utf-8")
        return folder

    @contextmanager
    def switched_off_on_prod(self) -> Iterator[None]:
        """Somebody has switched a rule of the project off by hand, for as long as the block."""
        prod = self.here["https://qradar.example.com"]
        with httpx.Client(base_url=f"{prod}/api/analytics", headers={"SEC": "emulator"}, verify=False) as http:  # noqa: S501 - plain HTTP: nothing to verify
            (rule,) = http.get("/rules", params={"filter": 'origin = "USER"', "fields": "id"}).json()
            http.post(f"/rules/{rule['id']}", json={"enabled": False}).raise_for_status()
            yield
            http.post(f"/rules/{rule['id']}", json={"enabled": True}).raise_for_status()

    def localized(self, text: str) -> str:
        """The text of an example's file with what stands for this machine's."""
        for known, local in self.here.items():
            text = text.replace(known, local)
        return text

    def environment(self) -> dict[str, str]:
        """Where dac is found, and programs that only write down how they were called."""
        programs = self.work / "programs"
        programs.mkdir()
        for name in ("pip", "gh"):
            (programs / name).write_text(f'#!/bin/sh\necho "$0" "$@" >> "{self.work}/called-{name}"\n')
            (programs / name).chmod(0o755)
        environment = dac_environment()
        return environment | {"PATH": f"{programs}:{environment['PATH']}"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    dev = Emulator(tmp_path / "dev.db", settings=Settings(api_version="26.0", **AT_ONCE))
    prod = Emulator(tmp_path / "prod.db", settings=Settings(api_version="22.0", **AT_ONCE))
    with ExitStack() as running:
        running.enter_context(dev)
        running.enter_context(prod)
        states = running.enter_context(StateServer())
        here = {
            "https://qradar-dev.example.com": dev.url,
            "https://qradar.example.com": prod.url,
            "https://states.example.com": states.url,
            "https://gitlab.example.com": states.url,
            'soak = "3d" # so long something has to be applied on dev first\n': "",
            'username = "pipeline"': f'username = "{USER}"',
        }
        (tmp_path / "jobs").mkdir()
        yield Site(tmp_path, here, states, running.close)
