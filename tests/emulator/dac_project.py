"""dac at work on a console that the test holds in its hand: the use cases, without a process of their own."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dac.run.apply.applying import Border, apply
from dac.run.console import open_console
from dac.run.plan.observation import Looking
from dac.run.plan.planning import Wish, make_plan
from dac.run.scope import Request, choose

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.run.apply.applying import Applied

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "stacks" / "cloud-accounts"
TOKEN = "emulator"
DAC_TOML = """\
[project]
name = "switches"
id = "7d0f5a52-2f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"

[console.lab]
url = "{url}"
token = {{ env = "LAB_TOKEN" }}

[state]
backend = "local"
"""
KINDS = """\
[stack]
description = "Every type of entry and every way to extract a property"

[reference_set.numbers]
name = "Kinds: numbers"
entry_type = "NUM"
[[reference_set.numbers.entry]]
value = "101"
reason = "a whole number"

[reference_set.names]
name = "Kinds: names"
entry_type = "ALNIC"
expiry = "last_seen"
time_to_live = "90d"
[[reference_set.names.entry]]
value = "Mixed.Case"
reason = "any case"

[custom_property.KindsUser]
type = "string"
[[custom_property.KindsUser.expression]]
log_source_type = "Microsoft Windows Security Event Log"
regex = "user=(\\\\w+)"

[[custom_property.KindsUser.expression]]
log_source_type = "Linux OS"
json = '/"user"/"name"'

[custom_property.KindsSize]
type = "numeric"
[[custom_property.KindsSize.expression]]
log_source_type = "Linux OS"
json = '/"size"'

[building_block.kinds]
name = "BB: Kinds"
filter = "username IMATCHES '.*x.*'"

[detection.kinds]
name = "Kinds: a detection"
severity = "high"
groups = ["Kinds"]
building_blocks.all = ["building_block.kinds"]
filter = '''"KindsUser" = 'x' AND REFERENCESETCONTAINS('Kinds: names', username)'''
[detection.kinds.offense]
index = "username"

[custom_property.KindsCountry]
type = "string"
description = "Country of a sign-in"
[[custom_property.KindsCountry.expression]]
log_source_type = "Microsoft Azure Active Directory"
json = '/"properties"/"location"/"countryOrRegion"'

[detection.cloud]
name = "Kinds: sign-in from \\"Zürich\\" & 100 % + 1 | 2"
severity = "medium"
confidence = "high"
mitre = ["T1078.004"]
notes = "Tests \\"é\\", <&> and %2B on their way."
log_source_types = ["Microsoft Azure Active Directory", "Linux OS"]
aql = '''
SELECT username, "KindsCountry" AS Country FROM events
WHERE Country IN ('KP', 'Zürich %2B') OR QIDNAME(qid) ILIKE '%100% + it''s%'
LAST 24 HOURS
'''
[[detection.cloud.exception]]
field = "username"
not_in = "reference_set.names"
when = '''"KindsCountry" = 'KP''''
[detection.cloud.offense]
index = "sourceip"
"""


NETWORKS = """\
[reference_set.networks]
name = "Kinds: networks"
entry_type = "CIDR"
[[reference_set.networks.entry]]
value = "10.0.0.0/8"
reason = "inside"
"""


@dataclass(frozen=True)
class Project:
    """A folder with stacks, and one console by its URL."""

    root: Path

    @classmethod
    def with_stacks(cls, root: Path, url: str, *, networks: bool = True, shipped: bool = True) -> Project:
        """The stack that this repository ships, and one that uses what it does not; `networks` need API 22."""
        (root / "stacks").mkdir(parents=True)
        (root / "dac.toml").write_text(DAC_TOML.format(url=url))
        if shipped:
            shutil.copytree(SHIPPED, root / "stacks" / "cloud-accounts")
        (root / "stacks" / "kinds").mkdir()
        (root / "stacks" / "kinds" / "stack.toml").write_text(KINDS)
        if networks:
            (root / "stacks" / "kinds" / "networks.toml").write_text(NETWORKS)
        return cls(root)

    def edit(self, path: str, before: str, after: str) -> None:
        file = self.root / "stacks" / path
        text = file.read_text()
        assert text.count(before) == 1, f"{before!r} is {text.count(before)} times in {path}"
        file.write_text(text.replace(before, after))

    def plan(self, *, deep: bool = False) -> Plan:
        request = self._request()
        scope = choose(request, writes=True)
        with open_console(scope.project, scope.console, request.env, _now) as console:
            return make_plan(scope, console, Wish(looking=Looking(deep=deep))).plan

    def apply(self) -> Applied:
        return self._carry_out(Wish())

    def destroy(self) -> Applied:
        return self._carry_out(Wish(destroy=True, looking=Looking(recorded_only=True)))

    def _carry_out(self, wish: Wish) -> Applied:
        request = self._request()
        scope = choose(request, writes=True)
        border = Border(lambda _: None, lambda _: True, lambda _: None, lambda: False, "test")
        with open_console(scope.project, scope.console, request.env, _now) as console:
            return apply(scope, console, wish, border)

    def _request(self) -> Request:
        return Request(self.root, console="lab", env={"LAB_TOKEN": TOKEN})


def _now() -> int:
    return time.time_ns() // 1_000_000


def undone(applied: Applied) -> list[str]:
    """What did not come about, with why."""
    return [str(outcome) for outcome in applied.outcomes.values() if outcome.result.value != "applied"]


def differences(plan: Plan) -> list[str]:
    """What a plan would still do, or holds."""
    return [f"{change.address} {change.action} {[str(edit) for edit in change.edits]}" for change in plan.pending]
