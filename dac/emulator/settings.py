"""Every switch of the emulator: what differs between consoles, and what IBM does not say."""

from __future__ import annotations

import dataclasses
import functools
import json
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """How this console behaves. Kept in the database, so that all processes on it agree; seconds are emulator time.

    A comment names the open question that a switch stands for; the default is the answer that is harder on a client.
    """

    # Which console this is.
    api_version: str = "26.0"
    build_version: str = ""  # empty: that of the API version
    external_version: str = "7.5.0"
    release_name: str = "dac emulator"
    entra_id_name: str = ""  # name of log source type 445; empty: by API version (26 renamed it)
    admin_password: str = ""  # of user admin for Basic authentication; empty: the token of the run

    # How long things take.
    task_seconds: float = 0.2
    install_seconds: float = 0.2
    export_seconds: float = 0.2
    deploy_seconds: float = 0.5
    search_seconds: float = 0.2
    search_reuse_seconds: float = 60.0  # an identical query within this time returns the same search
    rules_visible_after: float = 0.1  # a new rule is listed only some time after its install

    # Limits of one request.
    max_json_bytes: int = 16 * 1024 * 1024
    max_upload_bytes: int = 32 * 1024 * 1024
    max_patch_rows: int = 0  # of one PATCH of entries; 0: no limit

    # HTTP habits that are not documented.
    decode_query_twice: bool = True  # IBM asks for double URL encoding; texts encoded once are taken as they are
    unknown_parameters: Literal["refuse", "ignore"] = "refuse"  # in the query
    location_pitfall: bool = True  # 202 answers name `..._dependents_tasks`, a path that does not exist
    ranged_status: Literal[200, 206] = 200  # of a list that was asked for with Range
    content_range: bool = True  # some endpoints were seen without the header
    error_code_kind: Literal["number", "string"] = "number"
    deploy_conflict_code: int = 1002  # documented; 1004 was met in practice
    deploy_without_changes: Literal["refuse", "accept"] = "refuse"  # of an INCREMENTAL one with nothing to deploy
    deploy_after_install: bool = False  # does an installed package wait for a deploy? No page of IBM's says so
    deploy_hosts: str = "127.0.0.1=SUCCESS"  # hosts and how a deploy ends on them: SUCCESS, TIMED_OUT or ERROR
    interrupted_tasks: bool = False  # does a task go through INTERRUPTED and RESUMING to its end?

    # Reference sets.
    shared_domain_echo: Literal["null", "number"] = "null"  # domain_id of an entry of the shared domain
    set_names_unique: Literal["namespace", "console"] = "namespace"
    number_echo: Literal["decimal", "verbatim"] = "decimal"  # `101.0` was seen for 101
    cidr_host_bits: Literal["masked", "kept", "refused"] = "masked"

    # Custom properties.
    property_type_change: Literal["blocked", "free"] = "blocked"  # while something reads the property
    property_delete_expressions: Literal["orphan", "cascade", "block"] = "orphan"
    offense_types_for_properties: Literal["rule_engine", "all", "none"] = "rule_engine"
    property_path: Literal["both", "identifier"] = "both"  # what `regex_properties/{...}` takes beside the identifier
    scope_echo: Literal["sentinel", "null"] = "sentinel"  # of an expression for any log source, QID, category
    capture_group_default: Literal[1, 0] = 1

    # Rules.
    system_rule_edit_forks: bool = True  # does enabling or disabling a SYSTEM rule make an OVERRIDE?
    rule_lists_mixed: bool = False  # do `rules` and `building_blocks` list both, as one client met?
    rule_delete_blocked: Literal["task", "request"] = "task"  # 409/1004 on the DELETE itself is documented too

    # What an import checks and what it keeps.
    require_rule_engine_properties: bool = True
    require_known_qids: bool = True
    require_known_categories: bool = False  # this console lists a part of QRadar's: what it lacks may be stock
    match_groups_by: Literal["name", "id"] = "name"
    import_owner: Literal["keep", "installer"] = "keep"
    import_mod_date: Literal["now", "file", "frozen"] = "now"  # frozen: that of the first import
    import_enabled: Literal["file", "console"] = "file"  # of a rule that is overwritten
    results_list_groups: bool = True  # do a task's results name rule groups too?
    action_new: str = "ADD"  # words of a task's results; only SKIP is documented
    action_replace: str = "OVERWRITE"
    action_skip: str = "SKIP"
    preview_leaves: str = "UPLOADED"  # extension status once a preview is over
    uninstall_removes_rules: bool = True

    # What becomes of a package with rules that cannot be taken. INSTALLED_WITH_ERROR and INSTALL_FAILED are documented,
    # and a task's EXCEPTION; when a console uses which, and what it leaves out beside the culprit, is not.
    refused_rules: str = ""  # a regular expression: no rule whose XML it matches can be taken; empty: none
    refusal_takes: Literal["readers", "following", "package"] = "readers"  # what stays out with the culprit
    refusal_status: Literal["INSTALLED_WITH_ERROR", "INSTALL_FAILED"] = "INSTALLED_WITH_ERROR"
    refusal_task: Literal["COMPLETED", "EXCEPTION"] = "COMPLETED"
    refusal_at: Literal["install", "preview", "upload"] = "install"  # where the culprit is noticed first
    refusal_names_rules: bool = True  # does content_operation_error say which rules were refused?

    # What an export writes.
    export_prolog: bool = False  # rule_data with an XML prolog, as a few rows of a real export have
    export_attributes: Literal["kept", "sorted"] = "kept"
    export_missing: Literal["skip", "exception"] = "skip"  # ids that are not on the console

    def to_json(self) -> str:
        """The text kept in the database."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """The settings a database holds; switches that this version does not know are dropped."""
        return _settings(text)

    @property
    def build(self) -> str:
        """The console's build, for example 2021.6.12.20250509154206."""
        return self.build_version or f"2021.6.{UPDATE_PACKAGES[self.api_major]}.20250509154206"

    @property
    def api_major(self) -> int:
        """The console's API generation, for example 26."""
        return int(self.api_version.partition(".")[0])

    @property
    def entra_id(self) -> str:
        """What this console calls log source type 445."""
        if self.entra_id_name:
            return self.entra_id_name
        return "Microsoft Entra ID" if self.api_major >= RENAMED_ENTRA_ID else "Microsoft Azure Active Directory"


RENAMED_ENTRA_ID = 26
UPDATE_PACKAGES = {17: 0, 18: 2, 19: 3, 20: 6, 21: 7, 22: 8, 23: 9, 24: 10, 25: 11, 26: 12, 27: 14}
"""Which update package of 7.5.0 brought an API version."""


@functools.lru_cache(maxsize=8)
def _settings(text: str) -> Settings:
    """Every request reads them, and they hardly ever change."""
    known = {field.name for field in dataclasses.fields(Settings)}
    return Settings(**{name: value for name, value in json.loads(text).items() if name in known})
