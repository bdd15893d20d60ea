-- What the General and Accounts sections keep besides accounts and the ledger: the community's definitions, short URLs,
-- activity; events that tell of an account without a rank change; retired departments.

ALTER TABLE communities ADD COLUMN custom_domain TEXT COLLATE "C";

ALTER TABLE departments ADD COLUMN retired BOOLEAN NOT NULL DEFAULT false;

-- Options are a JSON array of texts, metadata a JSON object.
CREATE TABLE profile_field_definitions (
    community BIGINT           NOT NULL REFERENCES communities (id),
    id        TEXT COLLATE "C" NOT NULL,
    label     TEXT COLLATE "C" NOT NULL,
    type      TEXT COLLATE "C" NOT NULL,
    options   TEXT COLLATE "C",
    metadata  TEXT COLLATE "C" NOT NULL,
    position  BIGINT           NOT NULL,
    PRIMARY KEY (community, id)
);

CREATE TABLE clockin_types (
    community BIGINT           NOT NULL REFERENCES communities (id),
    id        TEXT COLLATE "C" NOT NULL,
    label     TEXT COLLATE "C" NOT NULL,
    position  BIGINT           NOT NULL,
    PRIMARY KEY (community, id)
);

CREATE TABLE custom_log_types (
    community  BIGINT           NOT NULL REFERENCES communities (id),
    id         UUID             NOT NULL,
    label      TEXT COLLATE "C" NOT NULL,
    short_code TEXT COLLATE "C" NOT NULL,
    melonly_id TEXT COLLATE "C",
    position   BIGINT           NOT NULL,
    PRIMARY KEY (community, id)
);

-- A code is looked up without knowing the community.
CREATE TABLE short_urls (
    community     BIGINT           NOT NULL REFERENCES communities (id),
    code          TEXT COLLATE "C" NOT NULL UNIQUE,
    path          TEXT COLLATE "C" NOT NULL,
    custom_domain BOOLEAN          NOT NULL,
    created_at    BIGINT           NOT NULL,
    PRIMARY KEY (community, code),
    UNIQUE (community, path, custom_domain)
);

CREATE TABLE activity_rows (
    community  BIGINT           NOT NULL,
    id         UUID             NOT NULL,
    account    UUID             NOT NULL,
    server     BIGINT,
    start_time BIGINT           NOT NULL,
    end_time   BIGINT,
    completed  BOOLEAN          NOT NULL,
    notes      TEXT COLLATE "C" NOT NULL,
    type       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (community, id),
    FOREIGN KEY (community, account) REFERENCES accounts (community, id)
);

CREATE INDEX activity_rows_by_account ON activity_rows (community, account, start_time);

-- The outbox learns of events without a rank change, and so names the account.
ALTER TABLE outbox ADD COLUMN account UUID;

UPDATE outbox o SET account = c.account
FROM rank_changes c WHERE c.community = o.community AND c.number = o.change_number;

ALTER TABLE outbox ALTER COLUMN account SET NOT NULL;
ALTER TABLE outbox ALTER COLUMN change_number DROP NOT NULL;
