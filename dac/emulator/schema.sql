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
    enabled INTEGER NOT NULL,
    internal INTEGER NOT NULL,
    credibility INTEGER NOT NULL,
    creation_date INTEGER NOT NULL,
    modified_date INTEGER NOT NULL,
    last_event_time INTEGER NOT NULL
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
CREATE TABLE domain (id INTEGER PRIMARY KEY, name TEXT NOT NULL, description TEXT, deleted INTEGER NOT NULL, tenant_id INTEGER);
CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, email TEXT, description TEXT, user_role_id INTEGER NOT NULL);
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
CREATE TABLE deployment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    initiated_by TEXT NOT NULL,
    initiated_from TEXT NOT NULL,
    started INTEGER NOT NULL,
    finishes INTEGER NOT NULL
);
