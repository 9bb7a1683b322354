-- Partners: who is told of shipments, returns, purchases and gate passes, what waits for each of them, and what each try brought.

create table godown.partner (
  tenant_id uuid not null references godown.tenant,
  partner_id uuid not null,
  code text not null check (code ~ '^[A-Za-z0-9_-]{2,60}$'),
  name text not null check (length(name) between 1 and 200),
  base_url text not null check (length(base_url) <= 500 and base_url ~ '^https?://' and base_url !~ '/$'),
  auth text not null check (auth in ('TOKEN_JSON', 'TOKEN_BASIC', 'STATIC_HEADER')),
  header_name text not null check (header_name ~ '^[A-Za-z0-9!#$%&''*+.^_|~-]{1,60}$'),
  username text check (length(username) between 1 and 200),
  sealed bytea not null, -- password or key: AES-256-GCM, key outside the database
  secret_set_at timestamptz not null, secret_set_by text not null,
  credentials_version integer not null default 1 check (credentials_version >= 1), -- a token of old credentials or of another address is not used
  -- The paths of the contract, without their slash.
  events text[] not null check (cardinality(events) between 1 and 14 and events <@ array['createShipment', 'invoiced', 'assignAWB', 'dispatchedShipment', 'delivered', 'cancelSOItem', 'createReturn', 'allocateReturnCourier', 'completeReturn', 'approvedPurchaseOrder', 'completeInflowReceipt', 'awaitedGatepass', 'closeGatepass', 'discardGatepass']),
  enabled boolean not null,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, partner_id),
  unique (tenant_id, code),
  check ((auth = 'STATIC_HEADER') = (username is null))
);
-- Told of these channels and facilities alone; none: of all. What is named here is not deleted under it: none left would mean all.
create table godown.partner_channel (
  tenant_id uuid not null, partner_id uuid not null, channel_id uuid not null,
  primary key (tenant_id, partner_id, channel_id),
  foreign key (tenant_id, partner_id) references godown.partner on delete cascade,
  foreign key (tenant_id, channel_id) references godown.channel
);
create table godown.partner_facility (
  tenant_id uuid not null, partner_id uuid not null, facility_id uuid not null,
  primary key (tenant_id, partner_id, facility_id),
  foreign key (tenant_id, partner_id) references godown.partner on delete cascade,
  foreign key (tenant_id, facility_id) references godown.facility
);

-- The line to a partner: whether it stands, when it is tried next, who sends just now. Apart from the settings, for it is written all day.
create table godown.partner_line (
  tenant_id uuid not null, partner_id uuid not null,
  failures integer not null default 0 check (failures >= 0), -- tries in a row that were not answered, or with a breakdown
  failing_since timestamptz,
  -- Held back as a whole until then: nobody answers, or the credentials are refused.
  held text check (held in ('DOWN', 'REFUSES_CREDENTIALS')),
  held_since timestamptz, held_until timestamptz,
  held_tries integer not null default 0 check (held_tries >= 0), -- looks since it is held back: the pauses grow with them
  last_message text,
  last_answer_at timestamptz, last_delivered_at timestamptz,
  sender uuid, sender_until timestamptz, -- one sends at a time; who dies holds it up no longer than this
  primary key (tenant_id, partner_id),
  foreign key (tenant_id, partner_id) references godown.partner on delete cascade,
  check ((failures = 0) = (failing_since is null)),
  check ((held is null) = (held_since is null) and (held is null) = (held_until is null) and (held is not null or held_tries = 0)),
  check ((sender is null) = (sender_until is null))
);

-- One event for one partner. Those of one lane are sent one after the other, in the order of their positions.
create sequence godown.partner_delivery_position;
grant usage on sequence godown.partner_delivery_position to godown_app;
create table godown.partner_delivery (
  tenant_id uuid not null,
  partner_delivery_id uuid not null,
  partner_id uuid not null,
  position bigint not null default nextval('godown.partner_delivery_position'),
  event text not null check (length(event) between 1 and 60),
  lane uuid not null,
  dedupe_key text not null check (length(dedupe_key) between 1 and 200),
  sale_order_id uuid, shipping_package_id uuid, -- for the search; the log outlives what it tells of
  subject text not null check (length(subject) between 1 and 200),
  body json not null, -- json and not jsonb: sent again and shown exactly as it was written
  happened_at timestamptz not null,
  created_at timestamptz not null,
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED', 'GIVEN_UP', 'DISCARDED')),
  attempts integer not null default 0 check (attempts >= 0), -- requests ever sent
  tries integer not null default 0 check (tries >= 0),       -- failed tries since first_tried_at: the pauses grow with them
  first_tried_at timestamptz,
  next_attempt_at timestamptz,
  last_status integer, last_message text,
  settled_at timestamptz,
  dismissed_at timestamptz, dismissed_by text, -- a person has seen that it failed
  primary key (tenant_id, partner_delivery_id),
  unique (tenant_id, partner_id, event, dedupe_key),
  foreign key (tenant_id, partner_id) references godown.partner,
  check ((state = 'PENDING') = (settled_at is null)),
  check ((state = 'PENDING') = (next_attempt_at is not null)),
  check ((tries = 0) = (first_tried_at is null)),
  check (tries <= attempts),
  check ((dismissed_at is null) = (dismissed_by is null)),
  check (dismissed_at is null or state in ('FAILED', 'GIVEN_UP'))
);
create index partner_delivery_waiting on godown.partner_delivery (tenant_id, partner_id, position) where state = 'PENDING';
create index partner_delivery_lane on godown.partner_delivery (tenant_id, partner_id, lane, position) where state = 'PENDING';
create index partner_delivery_due on godown.partner_delivery (tenant_id, partner_id, next_attempt_at) where state = 'PENDING';
create index partner_delivery_flagged on godown.partner_delivery (tenant_id, partner_id, settled_at) where state in ('FAILED', 'GIVEN_UP') and dismissed_at is null;
create index partner_delivery_settled on godown.partner_delivery (tenant_id, partner_id, settled_at) where settled_at is not null;
create index partner_delivery_recent on godown.partner_delivery (tenant_id, position desc);
create index partner_delivery_by_order on godown.partner_delivery (tenant_id, sale_order_id, position) where sale_order_id is not null;
create index partner_delivery_by_package on godown.partner_delivery (tenant_id, shipping_package_id, position) where shipping_package_id is not null;
create index partner_delivery_by_subject on godown.partner_delivery (tenant_id, upper(subject) text_pattern_ops);

-- One request and what came back; what a person tried by "Test now" is no delivery.
create table godown.partner_attempt (
  tenant_id uuid not null, partner_attempt_id uuid not null, partner_delivery_id uuid not null,
  at timestamptz not null, duration_ms integer not null check (duration_ms >= 0),
  url text not null,
  headers jsonb not null, -- secrets struck out
  outcome text not null check (outcome in ('DELIVERED', 'REFUSED', 'UNREADABLE', 'BREAKDOWN', 'NO_ANSWER', 'CREDENTIALS_REFUSED', 'NO_TOKEN')),
  status integer check (status between 100 and 599),
  answer jsonb, -- redacted and cut
  message text,
  primary key (tenant_id, partner_attempt_id),
  foreign key (tenant_id, partner_delivery_id) references godown.partner_delivery on delete cascade
);
create index partner_attempt_of_delivery on godown.partner_attempt (tenant_id, partner_delivery_id, at);

call godown.raise_walls();
