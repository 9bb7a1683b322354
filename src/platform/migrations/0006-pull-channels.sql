-- Channels that are asked: orders pulled, stock kept for orders under review, invoices, labels and manifests that the channel makes.

alter table godown.sync_state drop constraint sync_state_kind_check;
alter table godown.sync_state add constraint sync_state_kind_check
  check (kind in ('CATALOG', 'INVENTORY', 'ORDERS', 'PENDENCY', 'STATUS_CANCELLED', 'STATUS_DELIVERED', 'NOTIFICATIONS', 'DISPATCH'));

-- Where a channel counts stock by its own warehouses, each listing has a figure per warehouse. By the channel's code, not by
-- our facility: a warehouse that was mapped away has to be told 0 by its code.
create table godown.listing_figure (
  tenant_id uuid not null, listing_id uuid not null,
  channel_warehouse text not null, -- empty: told of all facilities together, while no warehouse is mapped
  facility_id uuid, -- whose stock it was told last
  published integer check (published >= 0), published_at timestamptz,
  publish_outcome text check (publish_outcome in ('ACCEPTED', 'REFUSED', 'UNKNOWN')), publish_message text,
  primary key (tenant_id, listing_id, channel_warehouse),
  foreign key (tenant_id, listing_id) references godown.listing on delete cascade,
  foreign key (tenant_id, facility_id) references godown.facility,
  check ((channel_warehouse = '') = (facility_id is null))
);

-- Orders under a channel's review: stock is kept for them until they come as orders or are dropped.
create table godown.pendency (
  tenant_id uuid not null, pendency_id uuid not null, channel_id uuid not null,
  channel_order_id text not null,
  state text not null check (state in ('OPEN', 'ARRIVED', 'DROPPED')),
  lines jsonb not null, -- as the channel gave them: line, listing, quantity
  first_seen_at timestamptz not null, last_seen_at timestamptz not null,
  unlisted_at timestamptz, -- the channel lists it no more: its order is looked for once more, then it is dropped
  settled_at timestamptz, settled_by text,
  sale_order_id uuid,      -- what it became; what is kept waits for the units of that order
  primary key (tenant_id, pendency_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade,
  check ((state = 'OPEN') = (settled_at is null)),
  check ((state = 'ARRIVED') = (sale_order_id is not null))
);
create unique index pendency_open on godown.pendency (tenant_id, channel_id, channel_order_id) where state = 'OPEN';
create index pendency_by_order on godown.pendency (tenant_id, sale_order_id) where sale_order_id is not null;
-- What of it is kept, by SKU and facility. blocked is counted in stock_level.blocked and posted to the ledger.
create table godown.pendency_part (
  tenant_id uuid not null, pendency_id uuid not null, sku_id uuid not null, facility_id uuid not null,
  wanted integer not null check (wanted > 0), blocked integer not null check (blocked >= 0 and blocked <= wanted),
  primary key (tenant_id, pendency_id, sku_id, facility_id),
  foreign key (tenant_id, pendency_id) references godown.pendency on delete cascade,
  foreign key (tenant_id, sku_id) references godown.sku,
  foreign key (tenant_id, facility_id) references godown.facility
);
create index pendency_part_by_place on godown.pendency_part (tenant_id, facility_id, sku_id) where blocked > 0;
alter table godown.stock_ledger drop constraint stock_ledger_cause_check;
alter table godown.stock_ledger add constraint stock_ledger_cause_check
  check (cause in ('ADJUST_ADD', 'ADJUST_REMOVE', 'ADJUST_REPLACE', 'ADJUST_TRANSFER', 'ALLOCATE', 'RELEASE', 'DISPATCH', 'CANCEL_TO_PUTAWAY', 'PUTAWAY', 'SHORTAGE', 'KEEP_FOR_REVIEW', 'REVIEW_OVER'));

-- A pulled window shows the same orders again and again: what was set aside is found by its content and counted.
create index intake_aside on godown.intake (tenant_id, channel_id, channel_order_id, content_hash) where kind = 'ORDER' and state = 'IGNORED';
-- What the channel says of an order that is open here: it waits for the seller's acceptance since then; it holds it.
alter table godown.sale_order add column acceptance_awaited_since timestamptz, add column channel_hold boolean not null default false;
alter table godown.channel_notice drop constraint channel_notice_kind_check;
alter table godown.channel_notice add constraint channel_notice_kind_check
  check (kind in ('STATE', 'DISPATCH', 'CANCEL', 'REVERSE_STATE', 'ACKNOWLEDGE'));

-- Files: what they are to their record, and the exchange that brought them. In storage keyed by digest, here by record.
alter table godown.document add column kind text, add column exchange_id uuid;
create index document_by_record on godown.document (tenant_id, record_id, kind, created_at desc);

-- The courier that the channel gave, where it ships.
alter table godown.shipping_package add column channel_courier_code text, add column channel_courier_name text;
create unique index package_channel_awb on godown.shipping_package (tenant_id, channel_id, channel_courier_code, awb)
  where channel_courier_code is not null and awb is not null and state <> 'CANCELLED';

-- A step of a package that its channel has to do: what became of the last try, and when the next one is.
create table godown.package_step (
  tenant_id uuid not null, shipping_package_id uuid not null,
  step text not null check (step in ('INVOICE', 'LABEL')),
  -- ASKING: a call is under way until asking_until. WAITING: not there yet, asked again at next_attempt_at. FAILED: a person repeats it.
  state text not null check (state in ('ASKING', 'WAITING', 'FAILED', 'DONE')),
  asking_until timestamptz,
  attempts integer not null default 0,
  code text, facts jsonb not null default '{}', message text, -- the refusal of the last try, ours and in the channel's words
  exchange_id uuid,
  requested_by text not null, requested_at timestamptz not null,
  next_attempt_at timestamptz, settled_at timestamptz, updated_at timestamptz not null,
  -- One click asked for invoice and label: the label is asked for when the invoice is here.
  then_label boolean not null default false,
  -- A write that may not be repeated blindly: begun (its answer may be lost: read back first), and taken, so that box, weight and
  -- invoice of the package are with the channel.
  shipment_tried_at timestamptz, shipment_given_at timestamptz,
  primary key (tenant_id, shipping_package_id, step),
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package on delete cascade,
  check ((state = 'ASKING') = (asking_until is not null)),
  check ((state = 'WAITING') = (next_attempt_at is not null)),
  check ((state = 'DONE') = (settled_at is not null))
);
create index package_step_open on godown.package_step (tenant_id, state, updated_at) where state <> 'DONE';

-- Invoices that the channel numbers: as long as its numbers are, of the channel's own series, with its PDF where it gives one.
alter table godown.invoice drop constraint invoice_number_check;
alter table godown.invoice add constraint invoice_number_check check (length(number) between 1 and case numbered_by when 'SERIES' then 16 else 50 end);
alter table godown.invoice add column channel_id uuid, add column pdf_document_id uuid, add column buyer jsonb;
alter table godown.invoice add foreign key (tenant_id, channel_id) references godown.channel;
alter table godown.invoice add foreign key (tenant_id, pdf_document_id) references godown.document;
alter table godown.invoice add check (numbered_by = 'SERIES' or channel_id is not null);
drop index godown.invoice_number_once;
create unique index invoice_number_once on godown.invoice (tenant_id, seller_gstin, financial_year, number) where numbered_by = 'SERIES';
-- One that was cancelled here may be given again, for what is left of its order.
create unique index invoice_channel_number_once on godown.invoice (tenant_id, channel_id, number, (case when state = 'CANCELLED' then invoice_id end))
  nulls not distinct where numbered_by = 'CHANNEL';

-- Hand-over lists that the channel makes: asked first, closed when it agreed, its PDFs fetched after.
alter table godown.manifest add column channel_courier_code text;
-- asking_until: its channel is asked; nobody changes it meanwhile. channel_message: the last answer that did not close it.
alter table godown.manifest add column asking_until timestamptz, add column channel_message text, add column channel_exchange_id uuid;
alter table godown.manifest add check (asking_until is null or state = 'CREATED');
alter table godown.manifest_package add column channel_refusal text;
create table godown.manifest_file (
  tenant_id uuid not null, manifest_file_id uuid not null, manifest_id uuid not null,
  courier_code text not null,
  url text, -- null: the channel made the list, but gave no address for it
  state text not null check (state in ('WAITING', 'FAILED', 'STORED')),
  attempts integer not null default 0, message text, exchange_id uuid, document_id uuid,
  next_attempt_at timestamptz, created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, manifest_file_id),
  unique (tenant_id, manifest_id, courier_code),
  foreign key (tenant_id, manifest_id) references godown.manifest,
  foreign key (tenant_id, document_id) references godown.document,
  check ((state = 'STORED') = (document_id is not null)),
  check ((state = 'WAITING') = (next_attempt_at is not null)),
  check (state <> 'WAITING' or url is not null)
);
create index manifest_file_waiting on godown.manifest_file (tenant_id, next_attempt_at) where state = 'WAITING';
create index manifest_file_failed on godown.manifest_file (tenant_id, manifest_id) where state = 'FAILED';

call godown.raise_walls();
