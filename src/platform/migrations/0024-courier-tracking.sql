-- What couriers tell of parcels that the seller ships: pushed with a credential of the courier's own, or asked for.

-- Headers of who pushes: a marketplace's (for all channels of a source), or a courier's.
alter table godown.push_credential alter column source drop not null, add column shipping_provider_id uuid;
alter table godown.push_credential add foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider;
alter table godown.push_credential add check ((source is null) <> (shipping_provider_id is null));
create index push_credential_of_courier on godown.push_credential (tenant_id, shipping_provider_id, created_at) where shipping_provider_id is not null;

alter table godown.audit_event drop constraint audit_event_actor_kind_check;
alter table godown.audit_event add constraint audit_event_actor_kind_check check (actor_kind in ('USER', 'API', 'CHANNEL', 'SCHEDULE', 'SYSTEM', 'COURIER'));

-- One word of a courier about a parcel, with what it says beside it.
alter table godown.package_tracking
  add column place text, add column remark text,
  add column ndr_code text, add column ndr_reason text,
  add column attempts integer check (attempts between 0 and 99), -- deliveries that it tried, by its own count
  add column next_attempt_at timestamptz,
  -- What it did to the package when that was looked at. MOVED: it changed its state. KNOWN: so it stood already, or further. NOTHING: it
  -- changes no state. LATE: a later word says otherwise. DOUBT: a person is asked. UNKNOWN: nobody knows it.
  add column outcome text check (outcome in ('MOVED', 'KNOWN', 'NOTHING', 'LATE', 'DOUBT', 'UNKNOWN'));
alter table godown.package_tracking add check (applied or outcome is null);
alter table godown.package_tracking drop constraint package_tracking_meaning_check;
alter table godown.package_tracking add constraint package_tracking_meaning_check check (meaning in ('PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERY_FAILED', 'DELIVERED', 'RTO_STARTED', 'RTO_DELIVERED', 'LOST', 'DAMAGED', 'AWAITING_PICKUP', 'NUMBER_GIVEN_BACK', 'CUSTOMER_RETURN'));
create index package_tracking_heard on godown.package_tracking (tenant_id, heard_at);

-- A parcel whose delivery failed (NDR): what its courier's words come to. Kept until long after it ended, for the list.
create table godown.package_ndr (
  tenant_id uuid not null, shipping_package_id uuid not null,
  -- OPEN: the last attempt failed. TRYING: out for delivery again. The others say how it ended.
  state text not null check (state in ('OPEN', 'TRYING', 'DELIVERED', 'RETURNING', 'LOST')),
  attempts integer not null check (attempts >= 1),
  code text, reason text, place text,
  first_failed_at timestamptz not null, last_failed_at timestamptz not null, next_attempt_at timestamptz,
  updated_at timestamptz not null,
  primary key (tenant_id, shipping_package_id),
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package on delete cascade,
  check (first_failed_at <= last_failed_at)
);
create index package_ndr_open on godown.package_ndr (tenant_id, first_failed_at) where state in ('OPEN', 'TRYING');
create index package_ndr_recent on godown.package_ndr (tenant_id, last_failed_at desc);

-- When a courier is asked about a parcel, and when it told of it unasked.
create table godown.parcel_watch (
  tenant_id uuid not null, shipping_package_id uuid not null,
  asked_at timestamptz, answered_at timestamptz, pushed_at timestamptz,
  resting boolean not null default false, -- back at the seller, lost or damaged by the courier's word: asked once a day
  unknown_since timestamptz, -- the courier says that it does not know the number
  expected_at timestamptz,   -- when it means to deliver
  rto_awb text check (length(rto_awb) between 1 and 48), -- of the way back, where that has a number of its own
  primary key (tenant_id, shipping_package_id),
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package on delete cascade
);
create index parcel_watch_rto on godown.parcel_watch (tenant_id, rto_awb) where rto_awb is not null;
create index package_travelling on godown.shipping_package (tenant_id, shipping_provider_id, shipping_package_id)
  where not third_party_shipping and awb is not null and state in ('READY_TO_SHIP', 'MANIFESTED', 'DISPATCHED', 'SHIPPED', 'RETURN_EXPECTED');

-- How asking a courier goes.
create table godown.courier_watch (
  tenant_id uuid not null, shipping_provider_id uuid not null,
  started_at timestamptz, finished_at timestamptz, ok_at timestamptz,
  next_run_at timestamptz not null,
  failed text, failures integer not null default 0 check (failures >= 0), -- in a row
  -- Of the last run.
  asked integer not null default 0, answered integer not null default 0, news integer not null default 0, unknown integer not null default 0,
  more boolean not null default false, -- parcels were left over
  primary key (tenant_id, shipping_provider_id),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider on delete cascade
);

-- Everything that couriers pushed, each once: what could not be placed waits for its parcel.
create table godown.courier_push (
  tenant_id uuid not null, courier_push_id uuid not null, shipping_provider_id uuid not null,
  awb text not null, raw text not null, at timestamptz, -- as far as it could be read
  content_hash bytea not null, body jsonb not null,
  -- TAKEN: it stands on the package. WAITING: no parcel has the number (yet). REFUSED: not understood, or never placed.
  outcome text not null check (outcome in ('TAKEN', 'WAITING', 'REFUSED')),
  code text, facts jsonb not null default '{}',
  shipping_package_id uuid,
  heard_at timestamptz not null, last_heard_at timestamptz not null, times integer not null default 1 check (times >= 1),
  primary key (tenant_id, courier_push_id),
  unique (tenant_id, shipping_provider_id, content_hash),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider on delete cascade,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package on delete cascade,
  check (outcome <> 'TAKEN' or shipping_package_id is not null),
  check ((outcome = 'TAKEN') = (code is null))
);
create index courier_push_waiting on godown.courier_push (tenant_id, shipping_provider_id, awb) where outcome = 'WAITING';
create index courier_push_recent on godown.courier_push (tenant_id, last_heard_at desc);
create index courier_push_by_package on godown.courier_push (tenant_id, shipping_package_id) where shipping_package_id is not null;

call godown.raise_walls();
