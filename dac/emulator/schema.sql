-- One table a resource, columns named as the REST fields are. Bodies live in tables of their own,
-- so that listing thousands of rules never reads one.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sequence (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    family TEXT NOT NULL,
    name TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'COMPLETED',
    message TEXT,
    cancelled_by TEXT,
    payload TEXT NOT NULL,
    results TEXT
);
CREATE INDEX task_open ON task (due, id) WHERE done = 0;

CREATE TABLE reference_set (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    entry_type TEXT NOT NULL,
    namespace TEXT NOT NULL,
    tenant_id INTEGER,
    expiry_type TEXT NOT NULL,
    time_to_live INTEGER,
    time_to_live_text TEXT,
    expired_log_option TEXT NOT NULL,
    description TEXT,
    creation_time INTEGER NOT NULL,
    global_id TEXT NOT NULL
);
CREATE UNIQUE INDEX reference_set_name ON reference_set (name, namespace, coalesce(tenant_id, -1));

CREATE TABLE set_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id INTEGER NOT NULL REFERENCES reference_set (id) ON DELETE CASCADE,
    domain_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    notes TEXT,
    source TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
);
CREATE UNIQUE INDEX set_entry_key ON set_entry (collection_id, domain_id, value);

CREATE TABLE custom_property (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identifier TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    property_type TEXT NOT NULL,
    description TEXT,
    use_for_rule_engine INTEGER NOT NULL,
    datetime_format TEXT,
    locale TEXT,
    username TEXT NOT NULL,
    creation_date INTEGER NOT NULL,
    modification_date INTEGER NOT NULL,
    auto_discovered INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE property_expression (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id INTEGER NOT NULL,
    identifier TEXT NOT NULL UNIQUE,
    regex_property_identifier TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    regex TEXT,
    capture_group INTEGER,
    format_string TEXT,
    expression TEXT,
    delimiter TEXT,
    delimiter_pair TEXT,
    delimiter_name_value TEXT,
    first_operand TEXT,
    second_operand TEXT,
    operator TEXT,
    payload TEXT,
    log_source_type_id INTEGER NOT NULL,
    log_source_id INTEGER NOT NULL,
    qid INTEGER NOT NULL,
    low_level_category_id INTEGER NOT NULL,
    username TEXT NOT NULL,
    creation_date INTEGER NOT NULL,
    modification_date INTEGER NOT NULL
);
CREATE UNIQUE INDEX property_expression_id ON property_expression (kind, id);
CREATE INDEX property_expression_property ON property_expression (regex_property_identifier);

CREATE TABLE rule (
    id INTEGER PRIMARY KEY,
    identifier TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    building_block INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    owner TEXT NOT NULL,
    origin TEXT NOT NULL,
    linked_rule_identifier TEXT,
    base_capacity INTEGER,
    base_host_id INTEGER,
    average_capacity INTEGER,
    capacity_timestamp INTEGER,
    creation_date INTEGER NOT NULL,
    modification_date INTEGER NOT NULL,
    visible_from INTEGER NOT NULL
);
CREATE INDEX rule_name ON rule (name);
CREATE TABLE rule_body (rule_id INTEGER PRIMARY KEY REFERENCES rule (id) ON DELETE CASCADE, xml TEXT NOT NULL);
CREATE TABLE rule_reference (
    rule_id INTEGER NOT NULL REFERENCES rule (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (rule_id, kind, target)
) WITHOUT ROWID;
CREATE INDEX rule_reference_target ON rule_reference (kind, target);

CREATE TABLE rule_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER,
    name TEXT NOT NULL,
    description TEXT,
    owner TEXT NOT NULL,
    level INTEGER NOT NULL,
    type TEXT NOT NULL DEFAULT 'RULE_GROUP',
    modified_time INTEGER NOT NULL
);
CREATE TABLE rule_group_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES rule_group (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL,
    UNIQUE (group_id, item_id)
);
CREATE INDEX rule_group_item_item ON rule_group_item (item_id);

CREATE TABLE extension (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hub_id TEXT,
    version TEXT,
    name TEXT NOT NULL,
    description TEXT,
    author TEXT,
    authored_by_email TEXT,
    min_qradar_version TEXT,
    exported_qradar_version TEXT,
    supported_languages TEXT NOT NULL,
    size INTEGER NOT NULL,
    status TEXT NOT NULL,
    content_operation_error TEXT,
    contents TEXT NOT NULL,
    added_by TEXT NOT NULL,
    add_time INTEGER NOT NULL,
    installed_by TEXT,
    install_time INTEGER,
    file_location TEXT NOT NULL
);
CREATE UNIQUE INDEX extension_version ON extension (hub_id, version);
CREATE TABLE extension_file (extension_id INTEGER PRIMARY KEY REFERENCES extension (id) ON DELETE CASCADE, file BLOB NOT NULL);
CREATE TABLE extension_rule (
    extension_id INTEGER NOT NULL REFERENCES extension (id) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    PRIMARY KEY (extension_id, identifier)
) WITHOUT ROWID;
CREATE TABLE export_file (task_id INTEGER PRIMARY KEY, file BLOB NOT NULL);

CREATE TABLE qid_record (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    qid INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    severity INTEGER NOT NULL,
    low_level_category_id INTEGER NOT NULL,
    log_source_type_id INTEGER,
    uuid TEXT NOT NULL,
    custom INTEGER NOT NULL
);
CREATE INDEX qid_record_name ON qid_record (name);

CREATE TABLE log_source_type (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    custom INTEGER NOT NULL,
    internal INTEGER NOT NULL,
    default_protocol_id INTEGER,
    log_source_extension_id INTEGER,
    protocol_types TEXT NOT NULL,
    supported_language_ids TEXT NOT NULL,
    uuid TEXT NOT NULL,
    version TEXT,
    latest_version TEXT
);
CREATE TABLE log_source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    type_id INTEGER NOT NULL,
    protocol_type_id INTEGER NOT NULL,
    protocol_parameters TEXT NOT NULL DEFAULT '[]',
    identifier TEXT,
    enabled INTEGER NOT NULL DEFAULT 1,
    gateway INTEGER NOT NULL DEFAULT 0,
    internal INTEGER NOT NULL DEFAULT 0,
    credibility INTEGER NOT NULL DEFAULT 5,
    target_event_collector_id INTEGER NOT NULL DEFAULT 1,
    disconnected_log_collector_id INTEGER,
    coalesce_events INTEGER NOT NULL DEFAULT 1,
    store_event_payload INTEGER NOT NULL DEFAULT 1,
    log_source_extension_id INTEGER,
    language_id INTEGER NOT NULL DEFAULT 1,
    group_ids TEXT NOT NULL DEFAULT '[0]',
    requires_deploy INTEGER NOT NULL DEFAULT 0,
    auto_discovered INTEGER NOT NULL DEFAULT 0,
    wincollect_internal_destination_id INTEGER,
    wincollect_external_destination_ids TEXT,
    legacy_bulk_group_name TEXT,
    sending_ip TEXT,
    parsing_order INTEGER,
    creation_date INTEGER NOT NULL,
    modified_date INTEGER NOT NULL,
    last_event_time INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX log_source_key ON log_source (type_id, protocol_type_id, identifier);
CREATE TABLE log_source_group (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT,
    owner TEXT NOT NULL,
    parent_id INTEGER,
    modification_date INTEGER NOT NULL
);
CREATE TABLE custom_action (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    description TEXT,
    interpreter INTEGER NOT NULL,
    script INTEGER NOT NULL,
    parameters TEXT NOT NULL
);
CREATE TABLE dsm_event_mapping (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    log_source_type_id INTEGER NOT NULL,
    log_source_event_id TEXT NOT NULL,
    log_source_event_category TEXT NOT NULL,
    qid_record_id INTEGER NOT NULL,
    custom_event INTEGER NOT NULL,
    uuid TEXT NOT NULL,
    UNIQUE (log_source_type_id, log_source_event_id, log_source_event_category)
);

CREATE TABLE high_level_category (id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE low_level_category (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    severity INTEGER NOT NULL,
    high_level_category_id INTEGER NOT NULL
);
CREATE TABLE offense_type (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    property_name TEXT,
    database_type TEXT NOT NULL,
    custom INTEGER NOT NULL,
    limiter_string TEXT NOT NULL
);
CREATE TABLE domain (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    description TEXT,
    deleted INTEGER NOT NULL,
    tenant_id INTEGER,
    members TEXT NOT NULL DEFAULT '{}',
    requires_deploy INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    email TEXT,
    description TEXT,
    user_role_id INTEGER NOT NULL,
    security_profile_id INTEGER NOT NULL DEFAULT 1,
    tenant_id INTEGER,
    locale_id TEXT NOT NULL DEFAULT 'en_US',
    display_theme TEXT,
    inactivity_timeout INTEGER NOT NULL DEFAULT 0,
    enable_popup_notifications INTEGER NOT NULL DEFAULT 1,
    allow_system_authentication_fallback INTEGER NOT NULL DEFAULT 0,
    local_only_account INTEGER NOT NULL DEFAULT 0,
    show_awf_default_dashboard TEXT NOT NULL DEFAULT 'true',
    password_creation_time INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE user_role (id INTEGER PRIMARY KEY, name TEXT NOT NULL, capabilities TEXT NOT NULL);
CREATE TABLE security_profile (id INTEGER PRIMARY KEY, name TEXT NOT NULL, domain_ids TEXT NOT NULL);
CREATE TABLE server (
    server_id INTEGER PRIMARY KEY,
    managed_host_id INTEGER NOT NULL,
    hostname TEXT NOT NULL,
    private_ip TEXT NOT NULL,
    status TEXT NOT NULL,
    email_server_address TEXT NOT NULL
);
CREATE TABLE authorized_service (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    label TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    tenant_id INTEGER,
    security_profile_id INTEGER NOT NULL,
    user_role_id INTEGER NOT NULL,
    creation_date INTEGER NOT NULL,
    expiration_date INTEGER,
    last_used_date INTEGER
);
CREATE TABLE saved_search (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    database TEXT NOT NULL,
    aql TEXT,
    owner TEXT NOT NULL,
    is_shared INTEGER NOT NULL,
    is_aggregate INTEGER NOT NULL,
    is_dashboard INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    is_quick_search INTEGER NOT NULL,
    creation_date INTEGER NOT NULL,
    modified_date INTEGER NOT NULL
);
CREATE TABLE search_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER,
    name TEXT NOT NULL,
    description TEXT,
    owner TEXT NOT NULL,
    level INTEGER NOT NULL,
    type TEXT NOT NULL DEFAULT 'EVENT_SAVED_SEARCH_GROUP',
    modified_time INTEGER NOT NULL
);
CREATE TABLE search_group_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id INTEGER NOT NULL REFERENCES search_group (id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL,
    UNIQUE (group_id, item_id)
);
CREATE TABLE ariel_search (
    search_id TEXT PRIMARY KEY,
    query_string TEXT NOT NULL,
    database TEXT NOT NULL,
    owner TEXT NOT NULL,
    created INTEGER NOT NULL,
    finishes INTEGER NOT NULL,
    canceled INTEGER,
    save_results INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX ariel_search_query ON ariel_search (query_string, owner);
CREATE TABLE deployment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    initiated_by TEXT NOT NULL,
    initiated_from TEXT NOT NULL,
    started INTEGER NOT NULL,
    finishes INTEGER NOT NULL
);
