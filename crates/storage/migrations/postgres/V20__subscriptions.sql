-- Who is told of the events of a community (src/subscriptions.rs).
CREATE TABLE subscriptions (
    community             BIGINT           NOT NULL REFERENCES communities (id),
    created_at            BIGINT           NOT NULL,
    previous_secret_until BIGINT,
    server                BIGINT,
    disabled_at           BIGINT,
    revision              BIGINT           NOT NULL,
    id                    UUID             NOT NULL,
    summarises_rollbacks  BOOLEAN          NOT NULL,
    kind                  TEXT COLLATE "C" NOT NULL,
    name                  TEXT COLLATE "C" NOT NULL,
    url                   TEXT COLLATE "C" NOT NULL,
    secret                TEXT COLLATE "C",
    previous_secret       TEXT COLLATE "C",
    -- JSON: words.
    types                 TEXT COLLATE "C" NOT NULL,
    disabled_because      TEXT COLLATE "C",
    PRIMARY KEY (community, id)
);

-- How far the deliveries of each are: written while events are delivered, so it is narrow.
CREATE TABLE subscription_progress (
    community     BIGINT NOT NULL,
    place         BIGINT NOT NULL,
    succeeded_at  BIGINT,
    failing_since BIGINT,
    subscription  UUID   NOT NULL,
    PRIMARY KEY (community, subscription)
);

-- What became of each delivery (src/deliveries.rs).
CREATE TABLE deliveries (
    community    BIGINT           NOT NULL,
    place        BIGINT           NOT NULL,
    -- When a waiting one is due.
    due_at       BIGINT,
    attempts     BIGINT           NOT NULL,
    -- The last attempt.
    tried_at     BIGINT,
    took_ms      BIGINT,
    status       BIGINT,
    subscription UUID             NOT NULL,
    event        UUID             NOT NULL,
    account      UUID,
    event_type   TEXT COLLATE "C" NOT NULL,
    -- waiting, delivered or failed.
    state        TEXT COLLATE "C" NOT NULL,
    answer       TEXT COLLATE "C",
    error        TEXT COLLATE "C",
    PRIMARY KEY (community, subscription, place),
    CHECK ((state = 'waiting') = (due_at IS NOT NULL))
);

-- The few that wait.
CREATE INDEX deliveries_waiting ON deliveries (community, subscription, place) WHERE due_at IS NOT NULL;
