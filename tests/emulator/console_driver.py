"""Talks to an emulator over real HTTP, and moves its clock instead of waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

import httpx

if TYPE_CHECKING:
    from types import TracebackType

EXTENSIONS = "/config/extension_management"
SETS = "/reference_data_collections/sets"
ENTRIES = "/reference_data_collections/set_entries"
PROPERTIES = "/config/event_sources/custom_properties"
LONG = 1000.0
"""Seconds of emulator time in which every task ends."""


@dataclass
class Console:
    """A client of one emulator. Paths are below /api, or full URLs as Location headers have them."""

    url: str
    token: str = "emulator"

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=f"{self.url}/api",
            headers={"SEC": self.token},
            timeout=30,
            verify=False,  # noqa: S501  # there is no TLS on loopback, and loading certificates costs more than a test
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.http.get(path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.http.post(path, json=json, **options)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(path)

    def read(self, path: str, filter: str | None = None, **options: Any) -> Any:  # noqa: A002  # QRadar's name
        """The JSON of a GET that has to succeed."""
        if filter is not None:
            path += ("&" if "?" in path else "?") + urlencode({"filter": filter})
        response = self.http.get(path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def made(self, path: str, json: Any, status: int = 201) -> Any:
        """The JSON of a POST that has to succeed."""
        response = self.post(path, json)
        assert response.status_code == status, response.text
        return response.json()

    def control(self, method: str, what: str, json: Any = None) -> Any:
        """The emulator's own interface."""
        response = self.http.request(method, f"{self.url}/emulator/{what}", json=json)
        assert response.status_code == 200, response.text
        return response.json()

    def advance(self, seconds: float = LONG) -> int:
        """Move the console's clock; returns its time."""
        now: int = self.control("POST", "clock", {"advance": seconds})["now"]
        return now

    def freeze(self) -> None:
        self.control("POST", "clock", {"freeze": True})

    def finished(self, response: httpx.Response) -> Any:
        """The end of the task that a 202 started."""
        assert response.status_code == 202, response.text
        self.advance()
        return self.read(response.headers["Location"])

    def bulk(self, rows: list[dict[str, Any]]) -> Any:
        """The results of a PATCH of entries."""
        response = self.http.patch(ENTRIES, json=rows)
        self.finished(response)
        return self.read(response.headers["Location"] + "/results")

    def values(self, set_id: int) -> list[str]:
        """What a set holds, as the console echoes it."""
        return [entry["value"] for entry in self.read(ENTRIES, f"collection_id={set_id}")]

    def upload(self, data: bytes, content_type: str = "application/zip") -> httpx.Response:
        return self.http.post(f"{EXTENSIONS}/extensions", content=data, headers={"Content-Type": content_type})

    def act(self, extension: int, action: str, overwrite: bool = True) -> httpx.Response:
        query = f"action_type={action}&overwrite={str(overwrite).lower()}"
        return self.post(f"{EXTENSIONS}/extensions/{extension}?{query}")

    def install(self, data: bytes, overwrite: bool = True) -> Any:
        """Upload and install; the extension as it stands afterwards."""
        uploaded = self.upload(data)
        assert uploaded.status_code == 201, uploaded.text
        number = uploaded.json()["id"]
        self.finished(self.act(number, "INSTALL", overwrite))
        return self.read(f"{EXTENSIONS}/extensions/{number}")

    def rule(self, identifier: str, area: str = "rules") -> Any:
        """One rule by its identifier."""
        (found,) = self.read(f"/analytics/{area}", f'identifier="{identifier}"')
        return found

    def export(self, *ids: int) -> bytes:
        """The ZIP of an export of rules by number."""
        content = {
            "content_type": "CUSTOM_RULES",
            "content_item_ids": [str(number) for number in ids],
            "related_content": [{"content_type": "FGROUP_LINKS"}],
        }
        task = self.made(f"{EXTENSIONS}/extension_export_tasks", {"export_contents": [content]})["task_id"]
        self.advance()
        response = self.get(
            f"{EXTENSIONS}/extension_export_tasks/{task}/extension_export", headers={"Accept": "application/zip"}
        )
        assert response.status_code == 200, response.text
        return response.content


def code(response: httpx.Response) -> tuple[int, int]:
    """HTTP status and QRadar's own code of an error, which is always JSON and always complete."""
    body = response.json()
    assert set(body) == {"http_response", "code", "description", "details", "message"}
    assert body["http_response"]["code"] == response.status_code
    assert response.headers["Content-Type"] == "application/json"
    assert "Traceback" not in response.text
    return response.status_code, body["code"]
