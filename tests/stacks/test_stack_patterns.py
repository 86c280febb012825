"""What the regular expressions in the deployed filters let in and keep out. They match whole values, in any case."""

from __future__ import annotations

import re

import pytest
from loaded_stacks import cloud_accounts

from dac.aql.nodes import Field, Match, String
from dac.aql.parsing import parse_condition
from dac.aql.walking import walk


def pattern(local: str, field: str) -> re.Pattern[str]:
    """The first IMATCHES on `field`, outside the exceptions, in the filter of a detection."""
    condition = parse_condition(cloud_accounts().compiled[local].deployed["filter"])
    for node in walk(condition):
        match node:
            case Match(operator="IMATCHES", operand=Field(name=name), pattern=String(value=text)) if name == field:
                return re.compile(text, re.IGNORECASE)
    raise LookupError(field)


@pytest.mark.parametrize(
    "client",
    [
        "Authenticated SMTP",
        "Autodiscover",
        "Exchange ActiveSync",
        "Exchange Online PowerShell",
        "Exchange Web Services",
        "IMAP4",
        "MAPI Over HTTP",
        "Offline Address Book",
        "Other clients",
        "Outlook Anywhere (RPC over HTTP)",
        "Outlook Service",
        "POP3",
        "Reporting Web Services",
        "SMTP Auth",
        "Universal Outlook",
    ],
)
def test_every_legacy_client_that_microsoft_documents_is_found(client: str) -> None:
    assert pattern("detection.risky_sign_in", "ClientAppUsed").fullmatch(client)


@pytest.mark.parametrize("client", ["Browser", "Mobile Apps and Desktop clients", ""])
def test_a_modern_client_is_not_called_legacy(client: str) -> None:
    assert not pattern("detection.risky_sign_in", "ClientAppUsed").fullmatch(client)


@pytest.mark.parametrize(
    "app", ["Box", "Box for Office", "DROPBOX", "Dropbox Business", "MEGA", "mega.nz", "MEGAsync", "sync.com", "pCloud"]
)
def test_a_cloud_storage_application_is_found_by_its_name(app: str) -> None:
    assert pattern("detection.adversary_account", "AppName").fullmatch(app)


@pytest.mark.parametrize("app", ["Omega CRM", "Xbox", "Toolbox", "Synchronize.com", "Megaphone", "Microsoft Graph"])
def test_a_name_that_only_contains_one_is_not(app: str) -> None:
    assert not pattern("detection.adversary_account", "AppName").fullmatch(app)


@pytest.mark.parametrize(
    "name",
    [
        "helpdesk@a.example",
        "help-desk@a.example",
        "IT.Support@a.example",
        "x-sysadmin@a.example",
        "m365support@a.example",
    ],
)
def test_a_name_that_poses_as_it_support_is_found(name: str) -> None:
    assert pattern("detection.adversary_account", "username").fullmatch(name)


@pytest.mark.parametrize("name", ["jo.keller@a.example", "support@a.example", "desk@a.example", "admin@a.example"])
def test_an_ordinary_name_is_not(name: str) -> None:
    assert not pattern("detection.adversary_account", "username").fullmatch(name)
