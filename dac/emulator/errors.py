"""QRadar's error answers: one exception, one body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Codes of the framework itself. IBM documents codes per endpoint only; these few texts were met by clients.
NO_CREDENTIALS = 18
NO_CAPABILITY = 26
UNKNOWN_PARAMETER = 35
BAD_RANGE = 36
BAD_FIELDS = 37
BAD_CONTENT_TYPE = 38
BAD_VERSION = 39
NO_SUCH_PATH = 1002
BAD_JSON = 1001
TOO_LARGE = 40
WRONG_METHOD = 41
NOT_ACCEPTABLE = 42
SERVER_ERROR = 1020

HTTP_MESSAGES = {
    400: "Invalid syntax for this request was provided",
    401: "You are unauthorized to access the requested resource",
    403: "Your account is not authorized to access the requested resource",
    404: "We could not find the resource you requested",
    405: "This method type is not currently supported",
    406: "The acceptance header is invalid for this endpoint resource",
    409: "The request could not be completed due to a conflict with the current state of the resource",
    410: "The requested resource is no longer available",
    412: "A precondition given in the request was not met",
    413: "The request is larger than this server is willing to process",
    415: "The content type of the request is not supported by this endpoint",
    422: "The request was well-formed but was unable to be followed due to semantic errors",
    500: "Unexpected internal server error",
    503: "The service is unavailable",
}


class ApiError(Exception):
    """An answer of HTTP status 4xx or 5xx; `code` is unique within one endpoint, `message` is the specific text."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        description: str = "",
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.description = description
        self.headers = dict(headers or {})
        self.details = dict(details or {})

    def body(self) -> dict[str, Any]:
        """The JSON object QRadar sends with every error."""
        return {
            "http_response": {"code": self.status, "message": HTTP_MESSAGES.get(self.status, "Error")},
            "code": self.code,
            "description": self.description,
            "details": self.details,
            "message": self.message,
        }
