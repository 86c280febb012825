"""Every switch of the emulator: what differs between consoles, and what IBM does not say."""

from __future__ import annotations

import dataclasses
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
    build_version: str = "2021.6.12.20250509154206"
    external_version: str = "7.5.0"
    release_name: str = "dac emulator"
    entra_id_name: str = ""  # name of log source type 445; empty: by API version (26 renamed it)
    admin_password: str = ""  # of user admin for Basic authentication; empty: the token of the run

    # How long things take.
    task_seconds: float = 0.2
    install_seconds: float = 0.2
    export_seconds: float = 0.2
    deploy_seconds: float = 0.5
    rules_visible_after: float = 0.1  # a new rule is listed only some time after its install

    # Limits of one request.
    max_json_bytes: int = 16 * 1024 * 1024
    max_upload_bytes: int = 32 * 1024 * 1024

    # HTTP habits that are not documented.
    decode_query_twice: bool = False  # IBM asks for double URL encoding, clients that encode once work
    location_pitfall: bool = True  # 202 answers name `..._dependents_tasks`, a path that does not exist
    deploy_conflict_code: int = 1002  # documented; 1004 was met in practice

    # Reference sets.
    shared_domain_echo: Literal["null", "number"] = "null"  # domain_id of an entry of the shared domain

    # Custom properties.
    property_delete_expressions: Literal["orphan", "cascade", "block"] = "orphan"
    offense_types_for_properties: Literal["rule_engine", "all", "none"] = "rule_engine"

    # Rules.
    system_rule_edit_forks: bool = True  # does enabling or disabling a SYSTEM rule make an OVERRIDE?

    # What an import checks and what it keeps.
    require_rule_engine_properties: bool = True
    require_known_qids: bool = True
    match_groups_by: Literal["name", "id"] = "name"
    import_owner: Literal["keep", "installer"] = "keep"
    import_mod_date: Literal["now", "file"] = "now"
    results_list_groups: bool = True  # do a task's results name rule groups too?
    action_new: str = "ADD"  # words of a task's results; only SKIP is documented
    action_replace: str = "OVERWRITE"
    action_skip: str = "SKIP"
    preview_leaves: str = "UPLOADED"  # extension status once a preview is over
    uninstall_removes_rules: bool = True

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
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in json.loads(text).items() if name in known})

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
