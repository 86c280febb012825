"""In what a console's tests are not as dac's catalogue has them, in words."""

from __future__ import annotations

from dac.model.calibration import TestForm
from dac.resources.departures import departures

GROUP = "jsp.qradar.rulewizard.condition.page.group.common"


def _lines(group: str | None, group_id: str | None, number: str = "5") -> tuple[str, ...]:
    """Of a class that is known by more than its number: its parameters are not looked at here."""
    form = TestForm("EVENT", number, group, group_id, None, None, (), (), 1)
    return tuple(line for line in departures({"AQL_Test": [form]}).lines if "parameters" not in line)


def test_what_a_console_leaves_out_is_said_to_be_missing() -> None:
    assert _lines(None, None, "318") == (
        f"AQL_Test (EVENT): it has no group, where dac has '{GROUP}'",
        "AQL_Test (EVENT): it has no groupId, where dac has 1",
    )


def test_what_a_console_has_otherwise_is_said_beside_what_dac_has() -> None:
    assert _lines("Common Tests", "17") == (
        "AQL_Test (EVENT): its number is 5, not 318",
        f"AQL_Test (EVENT): its group is 'Common Tests', not '{GROUP}'",
        "AQL_Test (EVENT): its groupId is 17, not 1",
    )
