"""One disabled rule that proves that a console gives back what dac writes: installed, exported, compared, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import DacError
from dac.model.address import Address
from dac.model.change import Action, Change
from dac.model.resource import Desired, Live
from dac.model.run import Result
from dac.qradar.rule_listing import list_rules

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.names import Names
    from dac.run.console import Console

ADDRESS = Address("dac", "detection", "_calibration_canary")
"""No stack can declare it: a name begins with a letter."""

NAME = "dac: calibration canary"
_FILTER = """\
username IMATCHES '.*(canary|dac)+[é"].*'
AND QIDNAME(qid) ILIKE '%100% + it''s | "Zürich" %2B {0}%'"""
_NOTES = """\
Made by `dac console calibrate` to see whether this console gives back what it is given: "é", <&>, 100 % + 1 | 2.
It is disabled, matches nothing and is removed again at once. One that is left over may be deleted."""


def try_canary(console: Console) -> str:
    """Install the canary, compare what the console exports, and remove it whatever comes; return what differed, or ''.

    DacError when it could not be removed. Call it under the console's lock.
    """
    desired = Desired(ADDRESS, console.derived_uuid(ADDRESS), NAME, _form(console.names), digest="")
    change = Change(ADDRESS, Action.CREATE, "a calibration", desired=desired, record=desired.deployed)
    try:
        (outcome,) = console.rules.write([change], split=False)
    finally:
        remove_canary(console)
    return "" if outcome.result is Result.APPLIED else outcome.message


def remove_canary(console: Console) -> bool:
    """Remove the canary of this project, if there is one; DacError when it stays."""
    live = _canary_on(console)
    if live is None:
        return False
    change = Change(ADDRESS, Action.DELETE, "a calibration", live=live)
    (outcome,) = console.rules.delete([change])
    if outcome.result is not Result.APPLIED:
        raise DacError(
            f"the rule {NAME!r} (id {live.remote_id}) could not be removed again: {outcome.message}",
            detail="It is disabled and matches nothing.",
            hint="Delete it in the console, or calibrate again: that removes it.",
        )
    return True


def _canary_on(console: Console) -> Live | None:
    """Find it by its uuid, which only this project can have derived; another rule of its name is somebody else's."""
    rule = list_rules(console.client).rules.get(console.derived_uuid(ADDRESS))
    return Live({}, str(rule.id), rule.uuid, rule.name, ours=True) if rule else None


def _form(names: Names) -> Deployed:
    """The parts that nearly every detection has, with the characters that encodings lose."""
    form: Deployed = {
        "name": NAME,
        "type": "EVENT",
        "enabled": False,
        "notes": _NOTES,
        "filter": _FILTER,
        "severity": 1,
        "credibility": 1,
        "relevance": 1,
        "annotation": 'dac calibration "é" <&> 100 % + 1 | 2',
        "offense": {"index": "username"},
    }
    types = (names.log_source_type_name(number) for number in sorted(names.log_source_types))
    known = next((name for name in types if names.log_source_type_spelling(name) == name), "")
    return form | ({"log_source_types": [known]} if known else {})
