-- Returns: received on a return manifest or at the desk, reverse pickups, where returns of a channel go.

-- Owners of tables are walled too; rows made before are given their states below.
alter table godown.return_case no force row level security;
alter table godown.return_item no force row level security;

alter table godown.return_case
  add column updated_at timestamptz, add column created_by text,
  -- Where and by whom its first unit was received.
  add column facility_id uuid, add column received_at timestamptz, add column received_by text,
  add column put_away_at timestamptz,
  add column pending_since timestamptz, -- waits for its credit note since then
  add column completed_at timestamptz,
  add column cancelled_at timestamptz, add column cancelled_by text, add column cancel_reason text,
  -- Of a reverse pickup: from where, to where, what the courier is to do, the box.
  add column return_facility_id uuid, add column pickup_address jsonb, add column shipping_address jsonb, add column action_code text,
  add column length_mm integer check (length_mm > 0), add column width_mm integer check (width_mm > 0), add column height_mm integer check (height_mm > 0),
  add column weight_grams integer check (weight_grams > 0),
  add column courier_allocated_at timestamptz, add column picked_up_at timestamptz,
  add foreign key (tenant_id, facility_id) references godown.facility,
  add foreign key (tenant_id, return_facility_id) references godown.facility;
update godown.return_case set updated_at = created_at, completed_at = case when state = 'COMPLETED' then created_at end,
  cancelled_at = case when state = 'CANCELLED' then created_at end, received_at = case when state in ('RECEIVED', 'PUTAWAY', 'PENDING_INVOICE') then created_at end,
  pending_since = case when state = 'PENDING_INVOICE' then created_at end;
alter table godown.return_case
  alter column updated_at set not null,
  add check ((state = 'COMPLETED') = (completed_at is not null)),
  add check ((state = 'CANCELLED') = (cancelled_at is not null)),
  add check (state not in ('RECEIVED', 'PUTAWAY', 'PENDING_INVOICE') or received_at is not null),
  add check (state <> 'PENDING_INVOICE' or pending_since is not null),
  add check (state not in ('COURIER_ALLOCATED') or courier_code is not null),
  add check (kind = 'CIR' or state not in ('CREATED', 'COURIER_ALLOCATED', 'PICKED_UP')),
  add check (kind = 'RTO' or state <> 'RETURN_EXPECTED');
create index return_case_open on godown.return_case (tenant_id, kind, state, announced_at) where state not in ('COMPLETED', 'CANCELLED');
create index return_case_recent on godown.return_case (tenant_id, announced_at desc);
create index return_case_by_awb on godown.return_case (tenant_id, awb) where awb is not null;
create index return_case_by_channel_id on godown.return_case (tenant_id, channel_return_id) where channel_return_id is not null;

alter table godown.return_item
  add column state text, add column reason text, add column image_urls text[] not null default '{}',
  add column received_at timestamptz, add column received_by text,
  add column grade text check (grade in ('good', 'bad', 'qc_rejected')), add column put_away_at timestamptz,
  -- Sent instead: another SKU that the customer may take, or the same once more.
  add column instead text check (instead in ('REPLACEMENT', 'RESHIP')), add column instead_state text check (instead_state in ('OFFERED', 'ACCEPTED', 'DECLINED')),
  add column instead_sku_id uuid, add column instead_price_paise bigint check (instead_price_paise >= 0), add column instead_order_id uuid,
  add foreign key (tenant_id, instead_sku_id) references godown.sku,
  add foreign key (tenant_id, instead_order_id) references godown.sale_order;
update godown.return_item i set state = case c.state when 'COMPLETED' then 'RETURNED' when 'CANCELLED' then 'CANCELLED' else 'EXPECTED' end
from godown.return_case c where c.tenant_id = i.tenant_id and c.return_case_id = i.return_case_id;
alter table godown.return_item
  alter column state set not null,
  -- MISSING: the parcel came without it; found later it is a return of its own. LOST: a person gave it up.
  add check (state in ('EXPECTED', 'RECEIVED', 'PUT_AWAY', 'RETURNED', 'MISSING', 'LOST', 'CANCELLED')),
  add check (state not in ('RECEIVED', 'PUT_AWAY') or received_at is not null),
  add check (state <> 'PUT_AWAY' or (put_away_at is not null and grade is not null)),
  add check ((instead is null) = (instead_state is null) and (instead is null) = (instead_sku_id is null) and (instead is null) = (instead_price_paise is null)),
  add check (coalesce(instead_state = 'ACCEPTED', false) = (instead_order_id is not null));
-- A unit comes back once: it is in one return, unless that was called off or came without it.
create unique index return_item_once on godown.return_item (tenant_id, sale_order_item_id) where state not in ('MISSING', 'LOST', 'CANCELLED');
create index return_item_by_unit on godown.return_item (tenant_id, sale_order_item_id);
create index return_item_missing on godown.return_item (tenant_id, return_case_id) where state = 'MISSING';
create index return_item_instead on godown.return_item (tenant_id, instead_order_id) where instead_order_id is not null;

-- The list of what a courier brought back; closing it receives its parcels.
create table godown.return_manifest (
  tenant_id uuid not null, return_manifest_id uuid not null, code text not null, facility_id uuid not null,
  channel_id uuid, courier text, -- whose parcels alone it takes; null: anybody's
  state text not null check (state in ('CREATED', 'CLOSED', 'DISCARDED')),
  created_at timestamptz not null, created_by text not null, closed_at timestamptz, closed_by text,
  primary key (tenant_id, return_manifest_id),
  unique (tenant_id, code),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, channel_id) references godown.channel,
  check ((state = 'CLOSED') = (closed_at is not null)),
  check ((state = 'CLOSED') = (closed_by is not null))
);
create index return_manifest_recent on godown.return_manifest (tenant_id, created_at desc);
create table godown.return_manifest_package (
  tenant_id uuid not null, return_manifest_id uuid not null, shipping_package_id uuid not null,
  announced boolean not null, -- was it expected when it was scanned?
  scanned text not null,      -- the code by which it was found
  missing_unit_ids uuid[] not null default '{}', -- the parcel came without them
  added_at timestamptz not null, added_by text not null,
  primary key (tenant_id, return_manifest_id, shipping_package_id),
  foreign key (tenant_id, return_manifest_id) references godown.return_manifest on delete cascade,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  unique (tenant_id, shipping_package_id) -- a parcel comes back undelivered once; taken off before it goes onto another
);

-- Channel Return Facility Mapping: what left from there comes back here.
create table godown.return_route (
  tenant_id uuid not null, return_route_id uuid not null, channel_id uuid not null, dispatch_facility_id uuid not null,
  kind text not null check (kind in ('RTO', 'CIR')), return_facility_id uuid not null,
  created_at timestamptz not null, created_by text not null,
  primary key (tenant_id, return_route_id),
  unique (tenant_id, channel_id, dispatch_facility_id, kind),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  foreign key (tenant_id, dispatch_facility_id) references godown.facility,
  foreign key (tenant_id, return_facility_id) references godown.facility
);

call godown.raise_walls();
