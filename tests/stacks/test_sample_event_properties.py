"""What the stack's properties take out of its sample events: every value written out, none left over."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from loaded_stacks import cloud_accounts

from dac.events.keypaths import extract, parse_keypath

if TYPE_CHECKING:
    from dac.resources.property_model import Expression

ENTRA = "Microsoft Azure Active Directory"
OFFICE = "Microsoft Office 365"
SIGN_IN = {
    "SignInCategory": "SignInLogs",
    "Operation": "Sign-in activity",
    "ResultType": "0",
    "UserType": "Member",
    "UserDomain": "example.com",
    "ClientAppUsed": "Browser",
    "RiskLevelDuringSignIn": "none",
    "AuthenticationRequirement": "multiFactorAuthentication",
    "ConditionalAccessStatus": "success",
    "AppDisplayName": "Office 365 Exchange Online",
}
PASSWORD_ONLY = SIGN_IN | {
    "AuthenticationRequirement": "singleFactorAuthentication",
    "ConditionalAccessStatus": "notApplied",
}
SMTP = PASSWORD_ONLY | {"SignInCategory": "NonInteractiveUserSignInLogs", "ClientAppUsed": "Authenticated SMTP"}
TRAVEL = SIGN_IN | {"AppDisplayName": "Windows Azure Service Management API"}
GUEST = PASSWORD_ONLY | {"UserType": "Guest", "AppDisplayName": "Office 365 SharePoint Online"}
CONSENT = {"Operation": "Consent to application.", "UserType": "0", "UserDomain": "example.com"}
TEAMS = {"UserType": "0", "CommunicationType": "OneOnOne"}

EXPECTED = {
    "sign_in_azure_cli": PASSWORD_ONLY
    | {
        "CountryOrRegion": "CH",
        "AppDisplayName": "Microsoft Azure CLI",
        "ClientAppUsed": "Mobile Apps and Desktop clients",
    },
    "sign_in_smtp": SMTP | {"CountryOrRegion": "NL"},
    "sign_in_smtp_blocked": SMTP
    | {"CountryOrRegion": "NL", "ConditionalAccessStatus": "failure", "ResultType": "53003"},
    "sign_in_smtp_service_account": SMTP | {"CountryOrRegion": "CH"},
    "sign_in_flagged_country": SIGN_IN | {"CountryOrRegion": "IR", "AppDisplayName": "OfficeHome"},
    "sign_in_everyday": SIGN_IN
    | {
        "CountryOrRegion": "CH",
        "AppDisplayName": "Microsoft Teams",
        "ClientAppUsed": "Mobile Apps and Desktop clients",
        "AuthenticationRequirement": "singleFactorAuthentication",
    },
    "sign_in_soc_vpn": SIGN_IN | {"CountryOrRegion": "BY"},
    "sign_in_soc_vpn_high_risk": SIGN_IN | {"CountryOrRegion": "BY", "RiskLevelDuringSignIn": "high"},
    "sign_in_shared_egress_mfa": SIGN_IN | {"CountryOrRegion": "RU"},
    "sign_in_shared_egress_password": PASSWORD_ONLY | {"CountryOrRegion": "RU"},
    "sign_in_travel_zurich": TRAVEL | {"CountryOrRegion": "CH"},
    "sign_in_travel_sao_paulo": TRAVEL | {"CountryOrRegion": "BR"},
    "sign_in_member_medium_risk_teams": SIGN_IN
    | {"CountryOrRegion": "CH", "AppDisplayName": "Microsoft Teams", "RiskLevelDuringSignIn": "medium"},
    "sign_in_graph_medium_risk": {
        "ResultType": "0",
        "CountryOrRegion": "ES",
        "ClientAppUsed": "Browser",
        "RiskLevelDuringSignIn": "medium",
        "ConditionalAccessStatus": "success",
        "AppDisplayName": "Microsoft Teams Web Client",
        "UserDomain": "example.com",
    },
    "sign_in_service_principal": {
        "SignInCategory": "ServicePrincipalSignInLogs",
        "Operation": "Sign-in activity",
        "ResultType": "0",
        "CountryOrRegion": "",
        "RiskLevelDuringSignIn": "none",
        "ConditionalAccessStatus": "notApplied",
    },
    "guest_medium_risk": GUEST
    | {"CountryOrRegion": "SE", "RiskLevelDuringSignIn": "medium", "UserDomain": "freemail.example"},
    "guest_partner_medium_risk": GUEST
    | {"CountryOrRegion": "PT", "RiskLevelDuringSignIn": "medium", "UserDomain": "partner.example.org"},
    "guest_partner_high_risk": GUEST
    | {"CountryOrRegion": "PT", "RiskLevelDuringSignIn": "high", "UserDomain": "partner.example.org"},
    "audit_consent_mega": {
        "SignInCategory": "AuditLogs",
        "Operation": "Consent to application",
        "UserDomain": "example.com",
        "AppName": "MEGA",
        "ConsentedAppId": "c4a7e0d2-1f58-4b96-a3c0-5e7d9b2f8a14",
    },
    "audit_add_sp_credentials": {
        "SignInCategory": "AuditLogs",
        "Operation": "Add service principal credentials",
        "UserDomain": "example.com",
        "AppName": "build-agent",
    },
    "audit_invite_guest": {
        "SignInCategory": "AuditLogs",
        "Operation": "Invite external user",
        "UserDomain": "example.com",
        "AppName": "M Winter",
    },
    "o365_consent_dropbox": CONSENT | {"AppName": "Dropbox", "ConsentedAppId": "91d3f5b8-60ac-4e27-8c1d-f2a94b7e3c05"},
    "o365_consent_sanctioned": CONSENT
    | {"AppName": "Dropbox", "ConsentedAppId": "7f1c2a90-4b3d-4e5f-8a61-0c9d8e7f6a51"},
    "o365_consent_omega_crm": CONSENT
    | {"AppName": "Omega CRM", "ConsentedAppId": "a80f2e6c-35d7-4b19-9e44-17c0d5b3f8e2"},
    "teams_helpdesk_external": TEAMS
    | {
        "Operation": "MessageSent",
        "UserDomain": "it-care.example",
        "TeamsMembers": '[{"OrganizationId": "77bf3545-1666-470f-8180-4e18e672455f", "DisplayName": "Help Desk", '
        '"UPN": "helpdesk@it-care.example"}, {"OrganizationId": "5d1f7c3e-2a64-4b0f-9d38-6c1e0a7b4f92", '
        '"DisplayName": "Jo Keller", "UPN": "jo.keller@example.com"}]',
    },
    "teams_helpdesk_personal_account": TEAMS
    | {
        "Operation": "ChatCreated",
        "TeamsMembers": '[{"OrganizationId": "2fdb3fbe-d48f-416e-aa13-7b4492666d3b", "DisplayName": '
        '"Microsoft Support", "UPN": "8:live:.cid.3f9a1c7be2d04856"}, {"OrganizationId": '
        '"5d1f7c3e-2a64-4b0f-9d38-6c1e0a7b4f92", "DisplayName": "Jo Keller", "UPN": "jo.keller@example.com"}]',
    },
    "teams_helpdesk_own": TEAMS
    | {
        "Operation": "ChatCreated",
        "UserDomain": "example.com",
        "TeamsMembers": '[{"OrganizationId": "5d1f7c3e-2a64-4b0f-9d38-6c1e0a7b4f92", "DisplayName": '
        '"IT Service Desk", "UPN": "it-servicedesk@example.com"}, {"OrganizationId": '
        '"5d1f7c3e-2a64-4b0f-9d38-6c1e0a7b4f92", "DisplayName": "Jo Keller", "UPN": "jo.keller@example.com"}]',
    },
    "teams_helpdesk_msp": TEAMS
    | {
        "Operation": "ChatCreated",
        "UserDomain": "msp.example.net",
        "TeamsMembers": '[{"OrganizationId": "d4b37e18-a2d8-4cca-aa6e-0a854b3a57bd", "DisplayName": "MSP Help Desk", '
        '"UPN": "helpdesk@msp.example.net"}, {"OrganizationId": "5d1f7c3e-2a64-4b0f-9d38-6c1e0a7b4f92", '
        '"DisplayName": "Jo Keller", "UPN": "jo.keller@example.com"}]',
    },
}


def properties(payload: str, log_source_type: str) -> dict[str, str]:
    """Every property of the stack that has a value: the first expression that finds one gives it."""
    found = {}
    for local, model in cloud_accounts().of_kind("custom_property").items():
        rows = [row for row in model.expression if row.log_source_type == log_source_type]
        values = [value for row in rows if (value := _value(payload, row)) is not None]
        if values:
            found[local.removeprefix("custom_property.")] = values[0]
    return found


def _value(payload: str, row: Expression) -> str | None:
    if row.json_path is not None:
        return extract(payload, parse_keypath(row.json_path))
    match = re.search(row.regex or "", payload)
    return match[row.capture_group or 1] if match else None


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_event_yields_these_properties_and_no_others(name: str) -> None:
    payload = (cloud_accounts().folder / "events" / f"{name}.json").read_text(encoding="utf-8")
    log_source_type = OFFICE if "Workload" in json.loads(payload) else ENTRA
    assert properties(payload, log_source_type) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_event_on_one_line_yields_the_same(name: str) -> None:
    record = json.loads((cloud_accounts().folder / "events" / f"{name}.json").read_text(encoding="utf-8"))
    payload = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
    assert properties(payload, OFFICE if "Workload" in record else ENTRA) == EXPECTED[name]


def test_no_sample_event_is_left_out() -> None:
    assert {path.stem for path in (cloud_accounts().folder / "events").iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize(
    ("log_source_type", "payload", "domain"),
    [
        (
            ENTRA,
            '{"properties":{"userPrincipalName":"pat_partner.example.org#EXT#@example.com"}}',
            "partner.example.org",
        ),
        (ENTRA, '{"userPrincipalName": "p_at_partner.example.org#EXT#@example.com"}', "partner.example.org"),
        (OFFICE, '{"UserId":"helpdesk_evil.example#EXT#@example.com"}', "evil.example"),
        (OFFICE, '{"UserId":"someone@example.com"}', "example.com"),
        (OFFICE, '{"UserId":"8:live:.cid.3f9a1c7be2d04856"}', None),
        (OFFICE, '{"UserId":"ServicePrincipal_0b8f6f0e-5f0c-4d3c-9f43-0a4e2e9b3c11"}', None),
    ],
)
def test_a_guest_counts_as_from_the_domain_it_comes_from(
    log_source_type: str, payload: str, domain: str | None
) -> None:
    assert properties(payload, log_source_type).get("UserDomain") == domain


def test_the_id_of_a_consented_application_is_found_among_its_other_names() -> None:
    payload = '{"ObjectId":"https://crm.example.com;a80f2e6c-35d7-4b19-9e44-17c0d5b3f8e2","Target":[]}'
    assert properties(payload, OFFICE) == {"ConsentedAppId": "a80f2e6c-35d7-4b19-9e44-17c0d5b3f8e2"}
