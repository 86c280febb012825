"""/ariel: what AQL knows, and whether a query is AQL. No search is run here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.emulator.ariel import AQL_INVALID, fields, functions, keywords, query_columns, query_faults
from dac.emulator.call import FIELDS, FILTER, Answer, Call, Endpoint, Parameter, got
from dac.emulator.errors import ApiError
from dac.emulator.fields import parse_fields, selector
from dac.emulator.listing import answer_values
from dac.emulator.schema import Field, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

DATABASES = ("events", "flows", "simevents")
_COLUMN_FIELDS = (
    *strings("argument_type"),
    *booleans("indexable"),
    *strings("name"),
    *booleans("nullable"),
    *strings("object_value_type", "provider_name"),
)
_FUNCTION_FIELDS = (
    Field("args_types", "array"),
    *strings("catalog", "class_name", "info", "name"),
    *numbers("required_args"),
    *strings("required_capabilities", "return_type"),
    *booleans("var_args"),
)
_KEYWORD_FIELDS = (Field("keywords", "array"), Field("where_clause_keywords", "array"))
_MESSAGE_FIELDS = (*numbers("code"), Field("contexts", "array"), *strings("message", "severity"))
_VALUE_TYPES = {
    "host": "Host", "port": "Port", "mac": "MACAddress", "integer": "Integer", "long": "Long", "time": "Long",
    "string": "String", "boolean": "Boolean", "bytes": "ByteArray", "list": "STRUCT", "numeric": "Double", "ip": "Host",
}  # fmt: skip


def list_databases(call: Call) -> Answer:
    """The names of the databases."""
    return answer_values(call, DATABASES, (Field("."),))


def read_database(call: Call) -> Answer:
    """The columns of one database, custom properties among them; Range and filter are about the columns."""
    name = call.ids["database_name"]
    if name not in DATABASES:
        raise ApiError(404, 1002, f"There is no database {name!r}")
    columns = fields(name)
    if name == "events":
        columns += call.db.execute("SELECT name, property_type FROM custom_property ORDER BY name").fetchall()
    return column_answer(call, columns)


def column_answer(call: Call, columns: Iterable[tuple[str, str]]) -> Answer:
    """Columns as the API shows them; Range and filter are about the columns, `fields` about the object around them."""
    listed = answer_values(call, [_column(name, kind) for name, kind in columns], _COLUMN_FIELDS)
    body = {"columns": listed.body}
    if "fields" in call.query:
        outer = (Field("columns", "array", fields=_COLUMN_FIELDS),)
        body = selector(parse_fields(call.query["fields"], outer))(body)
    return replace(listed, body=body, selected=True)


def require_query(call: Call, text: str) -> str:
    """The text, or 422/2000 with the place of what is wrong with it."""
    faults = query_faults(text, _properties(call))
    if faults:
        fault = faults[0]
        details = {
            "reason": fault.message,
            "code": fault.code,
            "line_number": fault.line,
            "start_index": fault.column,
            "token_text": None,
            "query_string": text,
        }
        raise ApiError(422, AQL_INVALID, str(fault), details=details)
    return text


def _properties(call: Call) -> list[str]:
    return [name for (name,) in call.db.execute("SELECT name FROM custom_property")]


def list_functions(_: Call) -> Answer:
    """The functions of AQL."""
    return Answer(_functions(), fields=_FUNCTION_FIELDS)


def read_function(call: Call) -> Answer:
    """One function by name."""
    wanted = call.ids["function_name"].upper()
    for function in _functions():
        if function["name"] == wanted:
            return Answer(function, fields=_FUNCTION_FIELDS)
    raise ApiError(404, 1002, f"There is no function {wanted}")


def read_keywords(_: Call) -> Answer:
    """The reserved words of AQL."""
    words, where = keywords()
    return Answer({"keywords": words, "where_clause_keywords": where}, fields=_KEYWORD_FIELDS)


def validate(call: Call) -> Answer:
    """What is wrong with a query; 200 and null when nothing is, 200 and a list when it would not run."""
    faults = query_faults(call.query["query_expression"], _properties(call))
    messages = [{"code": fault.code, "contexts": [], "message": str(fault), "severity": "ERROR"} for fault in faults]
    shown = (Field("error_messages", "array", fields=_MESSAGE_FIELDS),)
    return Answer({"error_messages": messages or None}, fields=shown)


def read_query_metadata(call: Call) -> Answer:
    """The columns that a query would have; 422/2000 when it would not run."""
    return column_answer(call, query_columns(require_query(call, call.query["query_expression"])).columns)


def _column(name: str, kind: str) -> dict[str, Any]:
    return {
        "argument_type": name,
        "indexable": True,
        "name": name,
        "nullable": True,
        "object_value_type": _VALUE_TYPES.get(kind, "String"),
        "provider_name": None,
    }


def _functions() -> list[dict[str, Any]]:
    return [
        {
            "args_types": list(arguments),
            "catalog": None,
            "class_name": None,
            "info": "",
            "name": name,
            "required_args": least,
            "required_capabilities": None,
            "return_type": result,
            "var_args": repeated,
        }
        for name, least, repeated, arguments, result in functions()
    ]


_DATABASE = Parameter("database", required=True)
_QUERY = Parameter("query_expression", required=True)
_VALID_QUERY = Parameter("query_expression", required=True, code=AQL_INVALID)

ENDPOINTS = (
    Endpoint("GET", "/ariel/databases", list_databases, query=(FILTER,), ranged=True),
    Endpoint("GET", "/ariel/databases/<database_name>", read_database, query=(FIELDS, FILTER), ranged=True),
    got("/ariel/functions", list_functions, _DATABASE),
    got("/ariel/functions/<function_name>", read_function, _DATABASE),
    got("/ariel/parser_keywords", read_keywords),
    Endpoint("POST", "/ariel/processors/aql_metadata", read_query_metadata, query=(FIELDS, _VALID_QUERY)),
    Endpoint("POST", "/ariel/validators/aql", validate, query=(FIELDS, _QUERY)),
)
