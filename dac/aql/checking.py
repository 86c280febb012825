"""Checks that need nothing but the query: functions and their number of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import other_names
from dac.aql.catalogue.vocabulary import SHIPPED
from dac.aql.nodes import Call
from dac.aql.position import error_at
from dac.aql.walking import walk

if TYPE_CHECKING:
    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.aql.nodes import Node
    from dac.errors import AqlError


def check(node: Node, vocabulary: Vocabulary = SHIPPED) -> list[AqlError]:
    """The findings in reading order, not raised. AQL005: no such function. AQL006: wrong number of arguments.

    Functions with a namespace that are not in the vocabulary come from extensions and are taken on trust.
    """
    findings = (_function(call, vocabulary) for call in walk(node) if isinstance(call, Call))
    return sorted((finding for finding in findings if finding), key=lambda finding: (finding.line, finding.column))


def _function(call: Call, vocabulary: Vocabulary) -> AqlError | None:
    known = vocabulary.functions.get(call.key)
    if known is None:
        return None if "::" in call.name else unknown_function(call, vocabulary)
    given = len(call.arguments)
    if given < known.least or (known.most is not None and given > known.most):
        return error_at(call.at, "AQL006", f"{known.name} takes {known.arity}, not {given}")
    return None


def unknown_function(call: Call, vocabulary: Vocabulary) -> AqlError:
    """AQL005, with what AQL has instead where that is known."""
    hint = other_names().get(call.key, "")
    if not hint:
        from dac.aql.mistakes import nearest

        near = nearest(call.key, vocabulary.functions)
        hint = f"did you mean {near}?" if near else _where_to_look(vocabulary)
    return error_at(call.at, "AQL005", vocabulary.has_no(f"function {call.name}"), hint)


def _where_to_look(vocabulary: Vocabulary) -> str:
    if vocabulary.console:
        return f"`dac console refresh --console {vocabulary.console}` reads its list again"
    return "GET /ariel/functions of a console lists its functions"
