-- Packages, what is printed for them, hand-over, and the invoices.

create table godown.shipping_package (
  tenant_id uuid not null, shipping_package_id uuid not null, sale_order_id uuid not null, channel_id uuid not null, facility_id uuid not null,
  code text not null,
  state text not null check (state in ('CREATED', 'LOCATION_NOT_SERVICEABLE', 'PICKING', 'PICKED', 'PENDING_CUSTOMIZATION', 'CUSTOMIZATION_COMPLETE', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED', 'DISPATCHED', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'SPLITTED', 'MERGED', 'RETURN_EXPECTED', 'RETURN_ACKNOWLEDGED', 'RETURNED')),
  third_party_shipping boolean not null,
  shipping_provider_id uuid, awb text,
  provider_choice jsonb, -- which courier was chosen and why the others were not
  sort_code text,
  weight_grams integer check (weight_grams > 0), length_mm integer check (length_mm > 0), width_mm integer check (width_mm > 0), height_mm integer check (height_mm > 0),
  label_printed_at timestamptz, label_copies integer not null default 0,
  dispatched_at timestamptz, delivered_at timestamptz, channel_returned_at timestamptz,
  courier_status text, courier_status_at timestamptz,
  created_at timestamptz not null, state_changed_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, shipping_package_id),
  unique (tenant_id, code),
  foreign key (tenant_id, sale_order_id) references godown.sale_order,
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider,
  check (state not in ('READY_TO_SHIP', 'MANIFESTED') or awb is not null),
  check ((state in ('DISPATCHED', 'SHIPPED', 'DELIVERED', 'RETURN_EXPECTED', 'RETURN_ACKNOWLEDGED', 'RETURNED')) = (dispatched_at is not null))
) with (fillfactor = 80);
create unique index package_awb on godown.shipping_package (tenant_id, shipping_provider_id, awb) where awb is not null and state <> 'CANCELLED';
create index package_by_awb on godown.shipping_package (tenant_id, awb) where awb is not null;
create index package_gone on godown.shipping_package (tenant_id, dispatched_at) where dispatched_at is not null;
create index package_by_order on godown.shipping_package (tenant_id, sale_order_id);
create index package_by_state on godown.shipping_package (tenant_id, facility_id, state, created_at);
create index package_open on godown.shipping_package (tenant_id, state, created_at) where state in ('CREATED', 'LOCATION_NOT_SERVICEABLE', 'PICKING', 'PICKED', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED');
alter table godown.sale_order_item add foreign key (tenant_id, shipping_package_id) references godown.shipping_package;

-- A number exists exactly when its invoice does. A cancelled invoice keeps its number.
create table godown.invoice (
  tenant_id uuid not null, invoice_id uuid not null, shipping_package_id uuid not null, sale_order_id uuid not null, facility_id uuid not null,
  code text not null, -- internal, outside every tax series
  number text not null check (length(number) between 1 and 16),
  numbered_by text not null check (numbered_by in ('SERIES', 'CHANNEL')),
  invoice_series_id uuid, sequence_number bigint, financial_year integer not null,
  seller_gstin text,
  state text not null check (state in ('ISSUED', 'CANCELLED', 'IRN_PENDING')),
  issued_at timestamptz not null, issued_on date not null,
  cancelled_at timestamptz,
  place_of_supply text not null check (place_of_supply ~ '^[0-9]{2}$'),
  taxable_paise bigint not null, cgst_paise bigint not null, sgst_paise bigint not null, utgst_paise bigint not null, igst_paise bigint not null, cess_paise bigint not null,
  round_off_paise bigint not null default 0, total_paise bigint not null,
  -- Everything the printed page shows, as it was at the moment of issue, with the template's version.
  document jsonb not null, template_version integer not null,
  primary key (tenant_id, invoice_id),
  unique (tenant_id, code),
  unique (tenant_id, invoice_series_id, financial_year, sequence_number),
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  foreign key (tenant_id, sale_order_id) references godown.sale_order,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, invoice_series_id) references godown.invoice_series,
  check ((numbered_by = 'SERIES') = (invoice_series_id is not null and sequence_number is not null)),
  check ((state = 'CANCELLED') = (cancelled_at is not null)),
  check (taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise + round_off_paise = total_paise),
  check (igst_paise = 0 or (cgst_paise = 0 and sgst_paise = 0 and utgst_paise = 0)),
  check (sgst_paise = 0 or utgst_paise = 0)
);
create unique index invoice_number_once on godown.invoice (tenant_id, seller_gstin, financial_year, number);
create unique index invoice_one_per_package on godown.invoice (tenant_id, shipping_package_id) where state <> 'CANCELLED';
create index invoice_by_number on godown.invoice (tenant_id, number);
create index invoice_recent on godown.invoice (tenant_id, issued_at desc);
create table godown.invoice_line (
  tenant_id uuid not null, invoice_id uuid not null, line_no integer not null check (line_no >= 1),
  sku_id uuid not null, channel_product_id text not null, description text not null, hsn text,
  quantity integer not null check (quantity >= 1), unit_ids uuid[] not null,
  unit_price_paise bigint not null, discount_paise bigint not null, charges_paise bigint not null,
  gst_bps integer not null, cess_bps integer not null,
  taxable_paise bigint not null, cgst_paise bigint not null, sgst_paise bigint not null, utgst_paise bigint not null, igst_paise bigint not null, cess_paise bigint not null,
  total_paise bigint not null,
  primary key (tenant_id, invoice_id, line_no),
  foreign key (tenant_id, invoice_id) references godown.invoice on delete cascade,
  foreign key (tenant_id, sku_id) references godown.sku,
  check (cardinality(unit_ids) = quantity),
  check (taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise = total_paise)
);

create table godown.picklist (
  tenant_id uuid not null, picklist_id uuid not null, facility_id uuid not null, code text not null,
  state text not null check (state in ('CREATED', 'RECEIVED', 'CLOSED')),
  created_at timestamptz not null, created_by text not null, received_at timestamptz, received_by text, closed_at timestamptz, closed_by text,
  primary key (tenant_id, picklist_id),
  unique (tenant_id, code),
  foreign key (tenant_id, facility_id) references godown.facility,
  check ((state = 'CLOSED') = (closed_at is not null))
);
create index picklist_recent on godown.picklist (tenant_id, created_at desc);
create table godown.picklist_item (
  tenant_id uuid not null, picklist_id uuid not null, sale_order_item_id uuid not null,
  shipping_package_id uuid not null, sku_id uuid not null, shelf_id uuid,
  -- Null while the unit is fetched or in hand: its shelf is promised to it.
  outcome text check (outcome in ('DISPATCHED', 'NOT_FOUND', 'PUT_BACK')), outcome_at timestamptz,
  check ((outcome is null) = (outcome_at is null)),
  primary key (tenant_id, picklist_id, sale_order_item_id),
  foreign key (tenant_id, picklist_id) references godown.picklist on delete cascade,
  foreign key (tenant_id, sale_order_item_id) references godown.sale_order_item,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  foreign key (tenant_id, shelf_id) references godown.shelf
);
create index picklist_item_by_package on godown.picklist_item (tenant_id, shipping_package_id);
create index picklist_item_promised on godown.picklist_item (tenant_id, sku_id) where outcome is null;

create table godown.manifest (
  tenant_id uuid not null, manifest_id uuid not null, code text not null, facility_id uuid not null, channel_id uuid not null,
  shipping_provider_id uuid, third_party_shipping boolean not null,
  state text not null check (state in ('CREATED', 'CLOSED', 'DISCARDED')),
  created_at timestamptz not null, created_by text not null, closed_at timestamptz, closed_by text,
  primary key (tenant_id, manifest_id),
  unique (tenant_id, code),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider,
  check ((state = 'CLOSED') = (closed_at is not null))
);
create index manifest_open on godown.manifest (tenant_id, created_at) where state = 'CREATED';
create index manifest_recent on godown.manifest (tenant_id, created_at desc);
create table godown.manifest_package (
  tenant_id uuid not null, manifest_id uuid not null, shipping_package_id uuid not null,
  added_at timestamptz not null, added_by text not null,
  primary key (tenant_id, manifest_id, shipping_package_id),
  foreign key (tenant_id, manifest_id) references godown.manifest on delete cascade,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  unique (tenant_id, shipping_package_id) -- taken off before it goes onto another
);

-- What is told to a channel, in order per order: states, dispatch details, seller cancellations.
create table godown.channel_notice (
  tenant_id uuid not null, channel_notice_id uuid not null,
  seq bigint generated always as identity,
  channel_id uuid not null, sale_order_id uuid not null, shipping_package_id uuid,
  kind text not null check (kind in ('STATE', 'DISPATCH', 'CANCEL', 'REVERSE_STATE')),
  package_state text,
  payload jsonb not null,
  state text not null check (state in ('PENDING', 'SENT', 'REFUSED', 'PAUSED', 'NOT_SENT', 'UNKNOWN')),
  attempts integer not null default 0, last_message text, channel_answer jsonb,
  -- Who sends it holds it for so long; a dispatch or cancellation is UNKNOWN from the moment it may be under way.
  claimed_until timestamptz,
  -- What became of it cannot be read back: it waits until a person repeats or settles it.
  needs_person boolean not null default false,
  created_at timestamptz not null, sent_at timestamptz,
  primary key (tenant_id, channel_notice_id),
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package
);
create index channel_notice_pending on godown.channel_notice (tenant_id, channel_id, seq) where state in ('PENDING', 'UNKNOWN', 'PAUSED', 'NOT_SENT');
create index channel_notice_by_order on godown.channel_notice (tenant_id, sale_order_id, seq);

-- Goods that must go back to a shelf: of cancelled packed units now, of returns later.
create table godown.putaway (
  tenant_id uuid not null, putaway_id uuid not null, facility_id uuid not null, code text not null,
  kind text not null check (kind in ('PUTAWAY_CANCELLED_ITEM', 'PUTAWAY_COURIER_RETURNED_ITEMS', 'PUTAWAY_RECEIVED_RETURNS', 'PUTAWAY_REVERSE_PICKUP_ITEM', 'PUTAWAY_GRN_ITEM', 'PUTAWAY_SHELF_TRANSFER', 'PUTAWAY_PICKLIST_ITEM', 'PUTAWAY_GATEPASS_ITEM')),
  state text not null check (state in ('CREATED', 'PENDING', 'COMPLETE')),
  created_at timestamptz not null, created_by text not null, completed_at timestamptz, completed_by text,
  primary key (tenant_id, putaway_id),
  unique (tenant_id, code),
  foreign key (tenant_id, facility_id) references godown.facility,
  check ((state = 'COMPLETE') = (completed_at is not null))
);
-- A unit waits here without a putaway until somebody takes it into one.
create table godown.putaway_item (
  tenant_id uuid not null, putaway_item_id uuid not null, facility_id uuid not null, putaway_id uuid,
  kind text not null, sku_id uuid not null, sale_order_item_id uuid, shipping_package_id uuid,
  grade text check (grade in ('good', 'bad', 'qc_rejected')), shelf_id uuid,
  created_at timestamptz not null,
  confirmed_at timestamptz, confirmed_by text, -- somebody scanned it at its shelf
  completed_at timestamptz,
  primary key (tenant_id, putaway_item_id),
  foreign key (tenant_id, putaway_id) references godown.putaway,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, sku_id) references godown.sku,
  foreign key (tenant_id, sale_order_item_id) references godown.sale_order_item,
  foreign key (tenant_id, shelf_id) references godown.shelf
);
create index putaway_recent on godown.putaway (tenant_id, created_at desc);
create index putaway_item_by_list on godown.putaway_item (tenant_id, putaway_id) where putaway_id is not null;
create index putaway_item_waiting on godown.putaway_item (tenant_id, facility_id, created_at) where completed_at is null;
create unique index putaway_item_once on godown.putaway_item (tenant_id, sale_order_item_id) where completed_at is null and sale_order_item_id is not null;

-- A return the channel or courier announced: RTO of a package, or a reverse pickup (CIR). Receiving and credit notes come with returns.
create table godown.return_case (
  tenant_id uuid not null, return_case_id uuid not null, channel_id uuid not null, sale_order_id uuid not null, shipping_package_id uuid,
  kind text not null check (kind in ('RTO', 'CIR')),
  code text not null,
  state text not null check (state in ('RETURN_EXPECTED', 'CREATED', 'COURIER_ALLOCATED', 'PICKED_UP', 'RECEIVED', 'PUTAWAY', 'PENDING_INVOICE', 'COMPLETED', 'CANCELLED')),
  channel_return_id text, reason text, courier_code text, awb text, return_warehouse text,
  announced_via text not null check (announced_via in ('PUSH', 'SYNC', 'COURIER', 'PERSON')),
  announced_at timestamptz not null, created_at timestamptz not null,
  primary key (tenant_id, return_case_id),
  unique (tenant_id, code),
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, sale_order_id) references godown.sale_order,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package
);
create unique index return_case_once on godown.return_case (tenant_id, channel_id, channel_return_id) where channel_return_id is not null;
create index return_case_by_order on godown.return_case (tenant_id, sale_order_id);
create table godown.return_item (
  tenant_id uuid not null, return_case_id uuid not null, sale_order_item_id uuid not null,
  primary key (tenant_id, return_case_id, sale_order_item_id),
  foreign key (tenant_id, return_case_id) references godown.return_case on delete cascade,
  foreign key (tenant_id, sale_order_item_id) references godown.sale_order_item
);

call godown.raise_walls();
