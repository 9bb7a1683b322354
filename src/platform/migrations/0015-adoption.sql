-- What was processed on the marketplace's own panel is adopted: parcels that left without a manifest of ours, and units whose goods the
-- books did not have.

-- How a parcel left. The courier took a number from a manifest of ours; of one that left elsewhere it may never be known.
alter table godown.shipping_package add column dispatched_how text check (dispatched_how in ('MANIFEST', 'ADOPTED'));
alter table godown.shipping_package no force row level security;
update godown.shipping_package set dispatched_how = 'MANIFEST' where dispatched_at is not null;
alter table godown.shipping_package force row level security;
alter table godown.shipping_package add check ((dispatched_how is null) = (dispatched_at is null));
alter table godown.shipping_package add check (dispatched_how is distinct from 'MANIFEST' or awb is not null);
create index package_adopted on godown.shipping_package (tenant_id, dispatched_at desc) where dispatched_how = 'ADOPTED';

-- ADOPT: what is Dispatched there becomes so here. ASK: it is held, and a person says what became of it.
alter table godown.channel add column dispatched_on_panel text not null default 'ADOPT' check (dispatched_on_panel in ('ADOPT', 'ASK'));

-- A unit that left although the books had nothing to give for it. Stock never goes below zero: what is missing stands here until somebody
-- finds the piece in the books (SETTLED: it is taken from there) or gives it up (WRITTEN_OFF).
create table godown.stock_shortage (
  tenant_id uuid not null, stock_shortage_id uuid not null,
  sale_order_item_id uuid not null, sale_order_id uuid not null, shipping_package_id uuid not null,
  channel_id uuid not null, facility_id uuid not null, sku_id uuid not null,
  at timestamptz not null,
  state text not null check (state in ('OPEN', 'SETTLED', 'WRITTEN_OFF')),
  ended_at timestamptz, ended_by text, reason text,
  primary key (tenant_id, stock_shortage_id),
  unique (tenant_id, sale_order_item_id),
  foreign key (tenant_id, sale_order_item_id) references godown.sale_order_item,
  foreign key (tenant_id, sale_order_id) references godown.sale_order,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, sku_id) references godown.sku,
  check ((state = 'OPEN') = (ended_at is null)),
  check ((state = 'OPEN') = (ended_by is null)),
  check ((state = 'WRITTEN_OFF') = (reason is not null))
);
create index stock_shortage_open on godown.stock_shortage (tenant_id, facility_id, at) where state = 'OPEN';
create index stock_shortage_recent on godown.stock_shortage (tenant_id, at desc);
create index stock_shortage_by_package on godown.stock_shortage (tenant_id, shipping_package_id);
create index stock_shortage_by_order on godown.stock_shortage (tenant_id, sale_order_id);
alter table godown.stock_ledger drop constraint stock_ledger_cause_check;
alter table godown.stock_ledger add constraint stock_ledger_cause_check
  check (cause in ('ADJUST_ADD', 'ADJUST_REMOVE', 'ADJUST_REPLACE', 'ADJUST_TRANSFER', 'ALLOCATE', 'RELEASE', 'DISPATCH', 'CANCEL_TO_PUTAWAY', 'PUTAWAY', 'SHORTAGE', 'KEEP_FOR_REVIEW', 'REVIEW_OVER',
    'RECEIVE_RETURN', 'GOODS_RECEIVED', 'GATEPASS_OUT', 'GATEPASS_BACK', 'CYCLE_COUNT', 'SHELF_TRANSFER', 'SHORTAGE_SETTLED'));

-- A parcel that was taken off a pick list or an open manifest by what its channel did: people who work with that list are told.
create table godown.parcel_removal (
  tenant_id uuid not null, parcel_removal_id uuid not null, shipping_package_id uuid not null,
  manifest_id uuid, picklist_id uuid,
  why text not null check (why in ('ADOPTED', 'CANCELLED')),
  at timestamptz not null,
  seen_at timestamptz, seen_by text,
  primary key (tenant_id, parcel_removal_id),
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  foreign key (tenant_id, manifest_id) references godown.manifest,
  foreign key (tenant_id, picklist_id) references godown.picklist,
  check (num_nonnulls(manifest_id, picklist_id) = 1),
  check ((seen_at is null) = (seen_by is null))
);
create index parcel_removal_by_manifest on godown.parcel_removal (tenant_id, manifest_id, at) where manifest_id is not null;
create index parcel_removal_by_picklist on godown.parcel_removal (tenant_id, picklist_id, at) where picklist_id is not null;

call godown.raise_walls();
