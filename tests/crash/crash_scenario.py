"""The stack that is applied over and over: everything an apply can do, in one plan.

BEFORE is on the console and in the state; AFTER is what the files say when the apply under test begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ALLOWLIST = "Crash: allowlist"
STAYS, LEAVES, COMES = "stays-", "leaves-", "comes-"
ENTRIES, LEAVING, COMING = 2_000, 50, 60
REASONED = 40
"""Of the staying entries: how many get another reason."""

URL = "http://127.0.0.1:9"
"""Where the project believes the console to be; the wire knows better, so a state can be copied between servers."""

DAC_TOML = f"""\
[project]
name = "crash"
id = "0f9c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"
timezone = "UTC"

[console.lab]
url = "{URL}"
token = {{ env = "LAB_TOKEN" }}
delete_after = "1h"

[state]
backend = "local"
"""

_LOG_SOURCE_TYPE = 'log_source_types = ["Microsoft Windows Security Event Log"]'

_BEFORE = rf"""[stack]
description = "Everything at once"

[vendor_rule.noisy]
identifier = "SYSTEM-1201"
enabled = false
reason = "too much"

[vendor_rule.wanted]
identifier = "SYSTEM-1203"
enabled = true
reason = "it is off when it comes"

[vendor_rule.left_alone]
identifier = "SYSTEM-1207"
enabled = false
reason = "forgotten, and stays off"

[reference_set.retired]
name = "Crash: retired"
entry_type = "ALNIC"
entry = [{{ value = "mallory" }}, {{ value = "trudy" }}]

[reference_set.reborn]
name = "Crash: called one thing"
entry_type = "NUM"
entry = [{{ value = 1 }}, {{ value = 2 }}]

[custom_property.CrashUser]
type = "string"
description = "Who it was"
use_for_rule_engine = true
[[custom_property.CrashUser.expression]]
log_source_type = "Microsoft Windows Security Event Log"
regex = 'user=(\w+)'
[[custom_property.CrashUser.expression]]
log_source_type = "Linux OS"
regex = 'uid=(\w+)'

[custom_property.CrashRetired]
type = "string"
[[custom_property.CrashRetired.expression]]
log_source_type = "Microsoft Windows Security Event Log"
regex = 'retired=(\w+)'

[building_block.signed_in]
name = "BB: Crash signed in"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*admin.*'"

[building_block.retired]
name = "BB: Crash retired"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*old.*'"

[detection.allowed]
name = "Crash: not on the allowlist"
severity = "low"
{_LOG_SOURCE_TYPE}
building_blocks.all = ["building_block.signed_in"]
filter = "NOT REFERENCESETCONTAINS('{ALLOWLIST}', username)"
offense.index = "username"

[detection.old_address]
name = "Crash: moved"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = '''"CrashUser" IMATCHES '.*root.*' '''
offense.index = "username"

[detection.renamed]
name = "Crash: an old name"
severity = "medium"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*guest.*'"
offense.index = "username"

[detection.ending]
name = "Crash: deprecated"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*end.*'"
offense.index = "username"

[detection.ended]
name = "Crash: deprecated for long"
status = "stable"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*ended.*'"
offense.index = "username"

[detection.woken]
name = "Crash: switched on"
enabled = false
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*sleep.*'"
offense.index = "username"

[detection.switched]
name = "Crash: switched off"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*test.*'"
offense.index = "username"

[detection.retired]
name = "Crash: retired"
severity = "low"
{_LOG_SOURCE_TYPE}
building_blocks.all = ["building_block.retired"]
filter = '''REFERENCESETCONTAINS('Crash: retired', username) OR "CrashRetired" = 'x' '''
offense.index = "username"

[detection.unchanged]
name = "Crash: unchanged"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*same.*'"
offense.index = "username"
"""

_AFTER = rf"""[stack]
description = "Everything at once"

[vendor_rule.noisy]
identifier = "SYSTEM-1201"
enabled = true
reason = "tuned"

[vendor_rule.wanted]
identifier = "SYSTEM-1203"
enabled = true
reason = "it is off when it comes"

[vendor_rule.edited]
identifier = "SYSTEM-1202"
enabled = true
reason = "somebody has edited it, and the edit is what runs"

[vendor_rule.taken]
identifier = "SYSTEM-1209"
enabled = false
reason = "new here"

[reference_set.added]
name = "Crash: added"
entry_type = "IP"
description = "New"
entry = [{{ value = "192.0.2.1" }}, {{ value = "192.0.2.2", reason = "second" }}, {{ value = "192.0.2.3" }}]

[reference_set.reborn]
name = "Crash: called another"
entry_type = "NUM"
entry = [{{ value = 2 }}, {{ value = 3 }}]

[custom_property.CrashUser]
type = "string"
description = "Who it was, in short"
use_for_rule_engine = true
[[custom_property.CrashUser.expression]]
log_source_type = "Microsoft Windows Security Event Log"
regex = 'username=(\w+)'
[[custom_property.CrashUser.expression]]
log_source_type = "Microsoft Azure Active Directory"
json = '/"user"'

[custom_property.CrashAdded]
type = "string"
[[custom_property.CrashAdded.expression]]
log_source_type = "Microsoft Azure Active Directory"
json = '/"properties"/"country"'
[[custom_property.CrashAdded.expression]]
log_source_type = "Microsoft Windows Security Event Log"
regex = 'country=(\w+)'

[building_block.signed_in]
name = "BB: Crash signed in"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*(admin|root).*'"

[building_block.added]
name = "BB: Crash added"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*new.*'"

[detection.allowed]
name = "Crash: not on the allowlist"
severity = "high"
{_LOG_SOURCE_TYPE}
building_blocks.all = ["building_block.signed_in"]
filter = "NOT REFERENCESETCONTAINS('{ALLOWLIST}', username) AND NOT REFERENCESETCONTAINS('Crash: added', sourceip)"
offense.index = "username"

[detection.new_address]
name = "Crash: moved"
moved = "detection.old_address"
severity = "medium"
{_LOG_SOURCE_TYPE}
filter = '''"CrashUser" IMATCHES '.*root.*' '''
offense.index = "username"

[detection.renamed]
name = "Crash: a new name"
severity = "medium"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*guest.*'"
offense.index = "username"

[detection.ending]
name = "Crash: deprecated"
status = "deprecated"
severity = "medium"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*end.*'"
offense.index = "username"

[detection.ended]
name = "Crash: deprecated for long"
status = "deprecated"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*ended.*'"
offense.index = "username"

[detection.woken]
name = "Crash: switched on"
severity = "medium"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*awake.*'"
offense.index = "username"

[detection.switched]
name = "Crash: switched off"
enabled = false
severity = "medium"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*test.*'"
offense.index = "username"

[detection.added]
name = "Crash: added"
severity = "high"
groups = ["Crash"]
{_LOG_SOURCE_TYPE}
building_blocks.all = ["building_block.added"]
filter = '''"CrashAdded" IMATCHES '.*KP.*' '''
offense.index = "username"

[detection.unchanged]
name = "Crash: unchanged"
severity = "low"
{_LOG_SOURCE_TYPE}
filter = "username IMATCHES '.*same.*'"
offense.index = "username"
"""


def write_before(root: Path, entries: int) -> None:
    """Write the project as it was when it was last applied, with so many entries on its allowlist."""
    folder = root / "stacks/crash"
    folder.mkdir(parents=True)
    (root / "dac.toml").write_text(DAC_TOML)
    (folder / "stack.toml").write_text(_BEFORE)
    _write_allowlist(
        folder / "allowlist.toml", [*_values(STAYS, entries - LEAVING), *_values(LEAVES, LEAVING)], "as ever"
    )


def deprecate(root: Path) -> None:
    """Edit the files so that one detection begins to go; in the end, once `delete_after` has passed, it has gone."""
    path = root / "stacks/crash/stack.toml"
    path.write_text(path.read_text().replace('status = "stable"', 'status = "deprecated"'))


def write_after(root: Path, entries: int) -> None:
    """Edit the files of the project into what is to be applied."""
    folder = root / "stacks/crash"
    (folder / "stack.toml").write_text(_AFTER)
    values = [*_values(STAYS, entries - LEAVING), *_values(COMES, COMING)]
    _write_allowlist(folder / "allowlist.toml", values, "looked at again")


def _values(start: str, count: int) -> list[str]:
    return [f"{start}{number:04}" for number in range(count)]


def _write_allowlist(path: Path, values: Iterable[str], reason: str) -> None:
    lines = [
        f'[reference_set.allowlist]\nname = "{ALLOWLIST}"\nentry_type = "ALNIC"\ndescription = "{reason}"\nentry = ['
    ]
    for number, value in enumerate(values):
        why = reason if number < REASONED else "an office"
        lines.append(f'  {{ value = "{value}", reason = "{why}" }},')
    path.write_text("\n".join([*lines, "]\n"]))
