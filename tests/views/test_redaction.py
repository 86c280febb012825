from __future__ import annotations

from dac.model.change import MISSING, Channel, Edit
from dac.views.redaction import edits_without_values

SECRET = "login user=ana password=hunter2"


def _rows(payload: str) -> list[dict[str, str]]:
    return [{"kind": "json", "expression": '/"a"', "payload": payload}, {"kind": "leef", "expression": "b"}]


def test_a_sample_event_is_hidden_wherever_an_edit_of_expressions_holds_it() -> None:
    edits = (
        Edit("expressions", _rows(SECRET), _rows(f"{SECRET} again"), Channel.REST),
        Edit("expressions[0]", MISSING, _rows(SECRET)[0], Channel.REST),
        Edit("expressions[0].payload", SECRET, MISSING, Channel.REST),
    )
    shown = edits_without_values(edits)
    assert "hunter2" not in str(shown)
    assert '/"a"' in str(shown), "what it extracts with is what there is to review"
    assert [edit.path for edit in shown] == [edit.path for edit in edits]
    assert shown[2].after is MISSING


def test_what_holds_no_event_stays_as_it_is() -> None:
    edits = (Edit("expressions", [{"kind": "leef"}], MISSING, Channel.REST), Edit("payload_size", 1, 2, Channel.REST))
    assert edits_without_values(edits) == edits
