-- Couriers that are asked by their API: accounts, what was said to and fro, the tracking numbers that they gave, and what
-- they are to be told of these.

-- One account for each shipping provider of kind API that somebody has set up.
create table godown.courier_account (
  tenant_id uuid not null, shipping_provider_id uuid not null,
  courier text not null check (courier ~ '^[A-Z0-9_]{2,45}$'), -- the kind of API: PROTOCOL
  base_url text, -- null: where the courier serves everybody
  fields jsonb not null default '{}', -- secrets are in courier_secret
  settings jsonb not null default '{}',
  credentials_version uuid not null, -- changes with them: a token of old ones is not used with new ones
  state text not null check (state in ('NOT_CONNECTED', 'CONNECTED', 'BROKEN')), broken_reason text,
  connected_at timestamptz, connected_by text,
  set_at timestamptz not null, set_by text not null,
  primary key (tenant_id, shipping_provider_id),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider on delete cascade,
  check ((state = 'BROKEN') = (broken_reason is not null)),
  check (state <> 'CONNECTED' or connected_at is not null)
);
create table godown.courier_secret (
  tenant_id uuid not null, shipping_provider_id uuid not null, name text not null,
  sealed bytea not null, -- AES-256-GCM, key outside the database
  set_at timestamptz not null, set_by text not null,
  primary key (tenant_id, shipping_provider_id, name),
  foreign key (tenant_id, shipping_provider_id) references godown.courier_account on delete cascade
);

-- What was sent to couriers and what they answered, names and addresses struck out; kept for 30 days.
create table godown.courier_exchange (
  tenant_id uuid not null, exchange_id uuid not null, shipping_provider_id uuid not null,
  operation text not null, at timestamptz not null, duration_ms integer not null,
  method text not null, url text not null, request jsonb, status integer, response jsonb,
  outcome text not null check (outcome in ('OK', 'REFUSED', 'NOT_REACHED', 'UNKNOWN', 'BAD_ANSWER')),
  message text, attempt integer not null default 1,
  sale_order_id uuid, shipping_package_id uuid, return_case_id uuid, manifest_id uuid,
  primary key (tenant_id, exchange_id),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider on delete cascade
);
create index courier_exchange_recent on godown.courier_exchange (tenant_id, shipping_provider_id, at desc);
create index courier_exchange_by_package on godown.courier_exchange (tenant_id, shipping_package_id, at desc) where shipping_package_id is not null;
create index courier_exchange_by_return on godown.courier_exchange (tenant_id, return_case_id, at desc) where return_case_id is not null;
create index courier_exchange_expiry on godown.courier_exchange (tenant_id, at);

-- A tracking number asked for at a courier: written before it is asked, so that a lost answer is never a forgotten parcel.
create table godown.courier_waybill (
  tenant_id uuid not null, courier_waybill_id uuid not null, shipping_provider_id uuid not null,
  direction text not null check (direction in ('FORWARD', 'REVERSE')),
  shipping_package_id uuid, return_case_id uuid,
  subject_code text not null, -- the shipment's code as the courier was given it
  -- ASKED: a question is under way until asking_until, or was cut off. UNSURE: its answer was lost. GIVEN: live. GIVING_BACK: the
  -- courier is to be told that it is not used. GIVEN_BACK: it was told. LAPSED: it has no call for that. REFUSED: there is none.
  state text not null check (state in ('ASKED', 'UNSURE', 'GIVEN', 'GIVING_BACK', 'GIVEN_BACK', 'LAPSED', 'REFUSED')),
  asking_until timestamptz,
  awb text check (length(awb) between 1 and 48), carrier text, routing_code text, label_url text,
  label_document_id uuid, label_tries integer not null default 0, -- its own label, where it gave one
  -- Of a refusal: the next courier may be tried, since this one does not go there, or takes no cash.
  tries_next boolean, code text, words text,
  exchange_id uuid, choice jsonb, -- which courier was chosen and why the others were not
  asked_at timestamptz not null, asked_by text not null, given_at timestamptz, ended_at timestamptz, updated_at timestamptz not null,
  primary key (tenant_id, courier_waybill_id),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  foreign key (tenant_id, return_case_id) references godown.return_case,
  foreign key (tenant_id, label_document_id) references godown.document,
  check ((shipping_package_id is null) <> (return_case_id is null)),
  check ((state = 'ASKED') = (asking_until is not null)),
  check ((state in ('GIVEN', 'GIVING_BACK', 'GIVEN_BACK', 'LAPSED')) = (awb is not null)),
  check ((awb is null) = (given_at is null)),
  check ((state in ('GIVEN_BACK', 'LAPSED', 'REFUSED')) = (ended_at is not null))
);
-- One number is one parcel's for ever; a parcel has one at a time, or one question for it.
create unique index courier_waybill_number_once on godown.courier_waybill (tenant_id, shipping_provider_id, awb) where awb is not null;
create unique index courier_waybill_one_per_package on godown.courier_waybill (tenant_id, shipping_package_id)
  where shipping_package_id is not null and state in ('ASKED', 'UNSURE', 'GIVEN');
create unique index courier_waybill_one_per_return on godown.courier_waybill (tenant_id, return_case_id)
  where return_case_id is not null and state in ('ASKED', 'UNSURE', 'GIVEN');
create index courier_waybill_by_package on godown.courier_waybill (tenant_id, shipping_package_id, asked_at) where shipping_package_id is not null;
create index courier_waybill_by_return on godown.courier_waybill (tenant_id, return_case_id, asked_at) where return_case_id is not null;
create index courier_waybill_doubtful on godown.courier_waybill (tenant_id, updated_at) where state in ('ASKED', 'UNSURE');

-- What a courier is to be told of a number that it gave: another weight or size, or that it is not used. One of each kind a number.
create table godown.courier_telling (
  tenant_id uuid not null, courier_telling_id uuid not null, courier_waybill_id uuid not null, shipping_provider_id uuid not null,
  kind text not null check (kind in ('UPDATE', 'CANCEL')),
  -- ASKING: a call is under way until asking_until. WAITING: due at next_attempt_at. FAILED: a person repeats or settles it.
  -- DONE: told. SETTLED: a person says that it is done, or need not be. DROPPED: the number is no longer used.
  state text not null check (state in ('WAITING', 'ASKING', 'FAILED', 'DONE', 'SETTLED', 'DROPPED')),
  wanted integer not null default 1 check (wanted >= 1), -- grows with each change: one that came while it was told is told after
  asking_until timestamptz, next_attempt_at timestamptz, attempts integer not null default 0,
  code text, facts jsonb not null default '{}', words text, exchange_id uuid,
  reason text, wanted_at timestamptz not null, wanted_by text not null, settled_at timestamptz, settled_by text, updated_at timestamptz not null,
  primary key (tenant_id, courier_telling_id),
  unique (tenant_id, courier_waybill_id, kind),
  foreign key (tenant_id, courier_waybill_id) references godown.courier_waybill,
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider,
  check ((state = 'ASKING') = (asking_until is not null)),
  check ((state = 'WAITING') = (next_attempt_at is not null)),
  check ((state in ('DONE', 'SETTLED', 'DROPPED')) = (settled_at is not null)),
  check ((state = 'SETTLED') = (settled_by is not null))
);
create index courier_telling_due on godown.courier_telling (tenant_id, shipping_provider_id, coalesce(next_attempt_at, asking_until)) where state in ('WAITING', 'ASKING');
create index courier_telling_recent on godown.courier_telling (tenant_id, updated_at desc);
create index courier_telling_failed on godown.courier_telling (tenant_id, wanted_at) where state = 'FAILED';

-- Who carries a parcel behind a courier that hands on; how many boxes it is.
alter table godown.shipping_package add column carrier text, add column boxes integer not null default 1 check (boxes between 1 and 999);
-- The courier that a label is asked of, where it is not the channel.
alter table godown.package_step add column shipping_provider_id uuid;
alter table godown.package_step add foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider;
alter table godown.package_step add check (shipping_provider_id is null or step = 'LABEL');

-- The courier's own hand-over list, asked for when ours has closed: its address comes with its answer.
alter table godown.manifest_file add column shipping_provider_id uuid, add column number text, add column refused jsonb not null default '[]';
alter table godown.manifest_file add foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider;
alter table godown.manifest_file drop constraint manifest_file_check2;
alter table godown.manifest_file add check (state <> 'WAITING' or url is not null or shipping_provider_id is not null);

call godown.raise_walls();
