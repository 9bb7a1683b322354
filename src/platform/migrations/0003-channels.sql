-- Channels, their listings, what was said to and by them.

create table godown.channel (
  tenant_id uuid not null references godown.tenant,
  channel_id uuid not null,
  code text not null check (code ~ '^[A-Za-z0-9_-]{2,60}$'),
  source text not null,
  name text not null,
  state text not null default 'DRAFT' check (state in ('DRAFT', 'CONFIGURED', 'CONNECTED', 'DISABLED', 'BROKEN')),
  broken_reason text,
  billing_party_id uuid,
  -- Values of the source's declared settings and connector fields; secrets are in channel_secret.
  settings jsonb not null default '{}',
  fields jsonb not null default '{}',
  tat_hours integer not null default 48 check (tat_hours between 1 and 720),
  package_type text not null default 'FLEXIBLE' check (package_type in ('FIXED', 'FLEXIBLE')),
  auto_verify boolean not null default true,
  create_on_hold boolean not null default false,
  single_action text not null default 'OFF' check (single_action in ('OFF', 'INVOICE_THEN_LABEL', 'INVOICE_AND_LABEL_MERGED')),
  notify_on_dispatch boolean not null default true,
  returned_on_channel_word boolean not null default false,
  priority integer not null default 0,
  created_at timestamptz not null, connected_at timestamptz,
  primary key (tenant_id, channel_id),
  unique (tenant_id, code),
  foreign key (tenant_id, billing_party_id) references godown.billing_party
);
create table godown.channel_secret (
  tenant_id uuid not null, channel_id uuid not null, name text not null,
  sealed bytea not null, -- AES-256-GCM, key outside the database
  set_at timestamptz not null, set_by uuid, set_by_name text,
  primary key (tenant_id, channel_id, name),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);
-- Facilities whose stock is published to the channel, in the order in which orders are routed to them.
create table godown.channel_facility (
  tenant_id uuid not null, channel_id uuid not null, facility_id uuid not null,
  rank integer not null check (rank >= 1),
  channel_warehouse text, -- the channel's own code of this facility, where it has one
  primary key (tenant_id, channel_id, facility_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  foreign key (tenant_id, facility_id) references godown.facility
);
-- Headers that a pushing marketplace sends; per tenant and source; the key hash is in the directory, an old key overlaps a new one.
create table godown.push_credential (
  tenant_id uuid not null references godown.tenant,
  push_credential_id uuid not null, source text not null,
  client_id text not null,
  created_at timestamptz not null, expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz,
  primary key (tenant_id, push_credential_id)
);

-- A channel's entry for something it sells. Mapped when it has a SKU.
create table godown.listing (
  tenant_id uuid not null, listing_id uuid not null, channel_id uuid not null,
  channel_product_id text not null, -- unique on the channel; protocol A: productId-variantId
  product_id text not null, variant_id text not null,
  channel_sku text not null, title text, image_url text, channel_price_paise bigint,
  sku_id uuid,
  live boolean not null default true,      -- the channel's word: can be bought now
  disabled boolean not null default false, -- our word: publish 0
  buffer integer not null default 0 check (buffer >= 0),
  reserved_for_channel integer not null default 0 check (reserved_for_channel >= 0),
  cap integer check (cap >= 0),
  mapped_at timestamptz,
  published integer check (published >= 0), published_at timestamptz,
  publish_outcome text check (publish_outcome in ('ACCEPTED', 'REFUSED', 'UNKNOWN')), publish_message text,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, listing_id),
  unique (tenant_id, channel_id, channel_product_id),
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, sku_id) references godown.sku,
  check ((sku_id is null) = (mapped_at is null))
);
create index listing_by_sku on godown.listing (tenant_id, sku_id) where sku_id is not null;
create index listing_unmapped on godown.listing (tenant_id, channel_id) where sku_id is null;
-- Listings whose publishable figure may have changed. mark grows with every change; a row goes when the mark that was pushed is still the newest.
create sequence godown.listing_mark;
grant usage on sequence godown.listing_mark to godown_app;
create table godown.listing_dirty (
  tenant_id uuid not null, channel_id uuid not null, listing_id uuid not null,
  mark bigint not null default nextval('godown.listing_mark'),
  since timestamptz not null default now(),
  force boolean not null default false, -- told even when the figure is the one that was told last (nightly compare)
  primary key (tenant_id, channel_id, listing_id),
  foreign key (tenant_id, listing_id) references godown.listing on delete cascade
);
-- Everything stopped by one click: SKU, listing (its own disabled flag) or channel publishes 0.
create table godown.publish_stop (
  tenant_id uuid not null references godown.tenant,
  kind text not null check (kind in ('SKU', 'CHANNEL')), record_id uuid not null,
  stopped_at timestamptz not null, stopped_by text not null,
  primary key (tenant_id, kind, record_id)
);

-- One sync of one kind of a channel: switched, scheduled, its last run and what it said.
create table godown.sync_state (
  tenant_id uuid not null, channel_id uuid not null,
  kind text not null check (kind in ('CATALOG', 'INVENTORY', 'ORDERS', 'STATUS_CANCELLED', 'STATUS_DELIVERED', 'NOTIFICATIONS', 'DISPATCH')),
  enabled boolean not null default true,
  cursor jsonb not null default '{}',
  last_attempt_at timestamptz, last_success_at timestamptz, last_message text,
  consecutive_failures integer not null default 0,
  next_run_at timestamptz,
  -- Circuit breaker: open until, after repeated failures; one probe is let through then.
  open_until timestamptz,
  primary key (tenant_id, channel_id, kind),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);
create table godown.sync_run (
  tenant_id uuid not null, sync_run_id uuid not null, channel_id uuid not null, kind text not null,
  trigger text not null check (trigger in ('SCHEDULE', 'CHANGE', 'PERSON', 'NIGHTLY')),
  state text not null check (state in ('RUNNING', 'DONE', 'PARTIAL', 'FAILED', 'REFUSED')),
  started_at timestamptz not null, finished_at timestamptz,
  ok_count integer not null default 0, failed_count integer not null default 0,
  message text, started_by text,
  -- Moves while the run works: one that stands still for minutes belongs to a process that ended.
  heartbeat_at timestamptz not null,
  primary key (tenant_id, sync_run_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);
create unique index sync_run_one_at_a_time on godown.sync_run (tenant_id, channel_id, kind) where state = 'RUNNING';
create index sync_run_recent on godown.sync_run (tenant_id, channel_id, kind, started_at desc);

-- Every exchange with a channel, redacted, kept 30 days.
create table godown.exchange (
  tenant_id uuid not null, exchange_id uuid not null, channel_id uuid not null,
  operation text not null, direction text not null check (direction in ('IN', 'OUT')),
  at timestamptz not null, duration_ms integer,
  method text not null, url text not null, request jsonb, status integer, response jsonb,
  outcome text not null check (outcome in ('OK', 'REFUSED', 'NOT_REACHED', 'UNKNOWN', 'BAD_ANSWER')),
  message text, attempt integer not null default 1,
  sale_order_id uuid, shipping_package_id uuid, listing_id uuid, sync_run_id uuid,
  repeat_of uuid, notice_id uuid,
  primary key (tenant_id, exchange_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);
create index exchange_recent on godown.exchange (tenant_id, channel_id, at desc);
create index exchange_by_order on godown.exchange (tenant_id, sale_order_id, at desc) where sale_order_id is not null;
create index exchange_expiry on godown.exchange (at);

call godown.raise_walls();
