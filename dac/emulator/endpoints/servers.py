"""/system/servers: the one server that this console is."""

from __future__ import annotations

from typing import Any

from dac.emulator.bodies import Body
from dac.emulator.call import Answer, Call, got, listed, posted
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Table, numbers, strings

_LISTED = (*strings("hostname"), *numbers("managed_host_id"), *strings("private_ip"), *numbers("server_id"))
_SHORT = Table("server", (*_LISTED, *strings("status")), indexed=frozenset(("server_id",)), order="server_id")
_LONG = Table("server", (*strings("email_server_address"), *_SHORT.fields), order="server_id")
MAX_ADDRESS = 255


def list_servers(call: Call) -> Answer:
    """All servers, without their mail server."""
    return answer_list(call, _SHORT)


def read_server(call: Call) -> Answer:
    """One server by id."""
    return answer_one(call, _LONG, _existing(call))


def update_server(call: Call) -> Answer:
    """Set the mail server."""
    found = _existing(call)
    address = call.body.get("email_server_address", "")
    if not address.strip() or len(address) > MAX_ADDRESS:
        raise ApiError(422, 1005, f"email_server_address is missing, empty, or longer than {MAX_ADDRESS} characters")
    call.db.execute("UPDATE server SET email_server_address = ? WHERE server_id = ?", (address, found["server_id"]))
    return read_server(call)


def _existing(call: Call) -> dict[str, Any]:
    found = find(call, _LONG, "server_id = ?", (call.ids["server_id"],))
    if found is None:
        raise ApiError(404, 1002, f"There is no server {call.ids['server_id']}")
    return found


ENDPOINTS = (
    listed("/system/servers", list_servers),
    got("/system/servers/<server_id>", read_server),
    posted("/system/servers/<server_id>", update_server, Body(strings("email_server_address")), capability="admin"),
)
