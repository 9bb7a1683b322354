-- Stock as a ledger, and sale orders: one row of sale_order_item is one unit.

-- Levels are kept beside the ledger and always equal its sums (./godown doctor proves it). Overselling is impossible whatever the code does:
-- blocked can never pass what is there.
create table godown.stock_level (
  tenant_id uuid not null, facility_id uuid not null, sku_id uuid not null,
  good integer not null default 0 check (good >= 0),
  blocked integer not null default 0 check (blocked >= 0),
  bad integer not null default 0 check (bad >= 0),
  qc_rejected integer not null default 0 check (qc_rejected >= 0),
  putaway_pending integer not null default 0 check (putaway_pending >= 0),
  not_found integer not null default 0 check (not_found >= 0),
  virtual integer not null default 0 check (virtual >= 0),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, facility_id, sku_id),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, sku_id) references godown.sku,
  constraint never_oversold check (blocked <= good + virtual)
) with (fillfactor = 70);
create index stock_level_by_sku on godown.stock_level (tenant_id, sku_id);
create table godown.stock_ledger (
  tenant_id uuid not null, stock_ledger_id uuid not null,
  facility_id uuid not null, sku_id uuid not null, shelf_id uuid,
  bucket text not null check (bucket in ('good', 'blocked', 'bad', 'qc_rejected', 'putaway_pending', 'not_found', 'virtual')),
  quantity integer not null check (quantity <> 0),
  cause text not null check (cause in ('ADJUST_ADD', 'ADJUST_REMOVE', 'ADJUST_REPLACE', 'ADJUST_TRANSFER', 'ALLOCATE', 'RELEASE', 'DISPATCH', 'CANCEL_TO_PUTAWAY', 'PUTAWAY', 'SHORTAGE')),
  cause_type text, cause_id uuid, note text,
  at timestamptz not null, actor_name text not null,
  primary key (tenant_id, stock_ledger_id),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, sku_id) references godown.sku,
  foreign key (tenant_id, shelf_id) references godown.shelf,
  -- Only what lies on a shelf has one; blocked, pending and virtual stock is counted per facility.
  check ((shelf_id is not null) = (bucket in ('good', 'bad', 'qc_rejected', 'not_found')))
);
create index stock_ledger_by_sku on godown.stock_ledger (tenant_id, sku_id, facility_id, at desc);
create index stock_ledger_by_cause on godown.stock_ledger (tenant_id, cause_id) where cause_id is not null;
create table godown.shelf_stock (
  tenant_id uuid not null, shelf_id uuid not null, sku_id uuid not null,
  bucket text not null check (bucket in ('good', 'bad', 'qc_rejected', 'not_found')),
  quantity integer not null check (quantity >= 0),
  primary key (tenant_id, shelf_id, sku_id, bucket),
  foreign key (tenant_id, shelf_id) references godown.shelf,
  foreign key (tenant_id, sku_id) references godown.sku
) with (fillfactor = 80);
create index shelf_stock_by_sku on godown.shelf_stock (tenant_id, sku_id, bucket) where quantity > 0;
-- Rows of uploaded adjustments that were applied, by the digest of their file: the same file again changes nothing.
create table godown.adjustment_row (
  tenant_id uuid not null references godown.tenant,
  file_sha256 bytea not null check (length(file_sha256) = 32), line integer not null check (line >= 1),
  at timestamptz not null,
  primary key (tenant_id, file_sha256, line)
);

-- Who tells a channel its figures at this moment: one at a time, so that an older absolute figure never overtakes a newer one.
create table godown.push_lease (
  tenant_id uuid not null, channel_id uuid not null,
  holder uuid not null, until timestamptz not null, -- renewed with every call; whoever died gives it up by time
  primary key (tenant_id, channel_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);

-- Every order and event a channel ever showed us, as it came, with what became of it and why.
create table godown.intake (
  tenant_id uuid not null, intake_id uuid not null, channel_id uuid not null,
  kind text not null check (kind in ('ORDER', 'CANCEL', 'RETURN', 'DELIVERED')),
  via text not null check (via in ('PUSH', 'PULL', 'FORM', 'CSV')),
  channel_order_id text not null,
  content_hash bytea not null check (length(content_hash) = 32),
  raw jsonb not null,
  state text not null check (state in ('RECEIVED', 'CREATED', 'FAILED', 'IGNORED', 'DUPLICATE', 'DISMISSED')),
  code text, facts jsonb not null default '{}', message text,
  -- What would heal a FAILED one by itself: e.g. LISTING:<channel product id>, PINCODE, FACILITY:<code>.
  waits_for text[],
  correction jsonb, -- what a person put right (PIN code, state) for the next try
  answer jsonb,
  sale_order_id uuid,
  received_at timestamptz not null, decided_at timestamptz, decided_by text,
  seen_count integer not null default 1, last_seen_at timestamptz not null,
  attempts integer not null default 0,
  primary key (tenant_id, intake_id),
  foreign key (tenant_id, channel_id) references godown.channel,
  check ((state = 'RECEIVED') = (decided_at is null))
);
-- The one order intake of a channel order id: repeats find it, and only it can become an order.
create unique index intake_order_once on godown.intake (tenant_id, channel_id, channel_order_id) where kind = 'ORDER' and state not in ('DUPLICATE', 'IGNORED');
-- Events about an order: a word that is said again is recognised.
create index intake_event on godown.intake (tenant_id, channel_id, channel_order_id) where kind <> 'ORDER';
create index intake_recent on godown.intake (tenant_id, received_at desc);
create index intake_waiting on godown.intake (tenant_id, channel_id) where state in ('RECEIVED', 'FAILED');

create table godown.sale_order (
  tenant_id uuid not null, sale_order_id uuid not null, channel_id uuid not null,
  channel_order_id text not null,
  code text not null, display_code text not null,
  state text not null check (state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING', 'COMPLETE', 'CANCELLED')),
  on_hold boolean not null default false, hold_reason text,
  priority integer not null default 0,
  third_party_shipping boolean not null,
  package_type text not null check (package_type in ('FIXED', 'FLEXIBLE')),
  payment_type text not null check (payment_type in ('COD', 'PREPAID')),
  currency text not null default 'INR',
  placed_at timestamptz not null, dispatch_by timestamptz not null,
  requested_facility_id uuid,  -- the facility that the channel named
  facility_choice jsonb,       -- which was chosen and which were rejected, why
  total_paise bigint not null, collect_paise bigint not null default 0 check (collect_paise >= 0),
  tax_exempt boolean not null default false,
  buyer_gstin text, additional_info text,
  payment jsonb, -- mode, transaction id, amount paid, where the channel gives them
  -- State notifications of this order pause after an answer other than SUCCESS, until a person repeats them.
  notices_paused_at timestamptz, notices_paused_reason text,
  channel_returned_at timestamptz, channel_cancelled_at timestamptz,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, sale_order_id),
  unique (tenant_id, channel_id, channel_order_id),
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, requested_facility_id) references godown.facility,
  check (on_hold or hold_reason is null)
);
create index sale_order_by_code on godown.sale_order (tenant_id, code);
create index sale_order_open on godown.sale_order (tenant_id, state, dispatch_by) where state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING');
create index sale_order_by_display_code on godown.sale_order (tenant_id, display_code);
create index sale_order_paused on godown.sale_order (tenant_id, notices_paused_at) where notices_paused_at is not null;
create index sale_order_recent on godown.sale_order (tenant_id, created_at desc);
create table godown.sale_order_address (
  tenant_id uuid not null, sale_order_id uuid not null,
  kind text not null check (kind in ('SHIPPING', 'BILLING')),
  name text not null, line1 text not null, line2 text, city text not null,
  state_name text not null, state_code text check (state_code ~ '^[0-9]{2}$'),
  country text not null, pincode text not null, phone text not null, email text,
  erased_at timestamptz, -- personal data expired
  primary key (tenant_id, sale_order_id, kind),
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade
);

create table godown.sale_order_item (
  tenant_id uuid not null, sale_order_item_id uuid not null, sale_order_id uuid not null,
  unit_no integer not null check (unit_no >= 1),
  code text not null,
  channel_order_item_id text not null, -- the channel's line; several units share it
  product_id text not null, variant_id text not null, channel_sku text not null, title text,
  listing_id uuid, sku_id uuid not null, bundle_sku_id uuid,
  state text not null check (state in ('CREATED', 'FULFILLABLE', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE', 'PICKING_FOR_INVOICING', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED', 'DISPATCHED', 'DELIVERED', 'RETURNED', 'CANCELLED', 'REPLACED', 'RESHIPPED')),
  on_hold boolean not null default false,
  facility_id uuid,          -- where it is to be, or is, allocated
  shipping_package_id uuid,  -- foreign key comes with packages
  packet_number integer not null default 0,
  selling_price_paise bigint not null, discount_paise bigint not null default 0,
  shipping_charges_paise bigint not null default 0, cod_charges_paise bigint not null default 0,
  gift_wrap_charges_paise bigint not null default 0, store_credit_paise bigint not null default 0,
  voucher_paise bigint not null default 0, prepaid_paise bigint not null default 0, transfer_price_paise bigint,
  total_paise bigint not null,
  gift_message text,
  -- Locked while a cancellation's answer from the channel is unknown.
  cancel_requested_at timestamptz, cancelled_at timestamptz, cancel_reason text,
  cancelled_by text check (cancelled_by in ('SELLER', 'CHANNEL')),
  channel_status text, channel_status_at timestamptz,
  short boolean not null default false, -- dispatched without stock (a recorded shortage)
  created_at timestamptz not null, state_changed_at timestamptz not null,
  primary key (tenant_id, sale_order_item_id),
  unique (tenant_id, sale_order_id, unit_no),
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade,
  foreign key (tenant_id, listing_id) references godown.listing,
  foreign key (tenant_id, sku_id) references godown.sku,
  foreign key (tenant_id, bundle_sku_id) references godown.sku,
  foreign key (tenant_id, facility_id) references godown.facility,
  check ((state = 'CANCELLED') = (cancelled_at is not null)),
  check (state not in ('FULFILLABLE', 'PICKING_FOR_INVOICING', 'PACKED', 'READY_TO_SHIP', 'MANIFESTED', 'DISPATCHED', 'DELIVERED', 'RETURNED') or facility_id is not null)
) with (fillfactor = 80);
-- What allocation reads: waiting units of a facility.
create index unit_waiting on godown.sale_order_item (tenant_id, facility_id, sale_order_id) where state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE');
create index unit_held on godown.sale_order_item (tenant_id, sale_order_id) where on_hold;
create index unit_by_package on godown.sale_order_item (tenant_id, shipping_package_id) where shipping_package_id is not null;
-- What publishing subtracts: units that are sold and not blocked yet (open sale), by SKU.
create index unit_open_sale on godown.sale_order_item (tenant_id, sku_id, facility_id) where state in ('CREATED', 'UNFULFILLABLE', 'LOCATION_NOT_SERVICEABLE');

-- Everything that happened to an order, and why: the timeline.
create table godown.order_event (
  tenant_id uuid not null, order_event_id uuid not null, sale_order_id uuid not null,
  shipping_package_id uuid,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('USER', 'API', 'CHANNEL', 'SCHEDULE', 'SYSTEM', 'COURIER')),
  actor_name text not null,
  kind text not null, facts jsonb not null default '{}',
  exchange_id uuid,
  primary key (tenant_id, order_event_id),
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade
);
create index order_event_by_order on godown.order_event (tenant_id, sale_order_id, at desc);

-- A doubt that waits for a person, with the choices spelled out (the catalogue of kinds is in code).
create table godown.order_exception (
  tenant_id uuid not null, order_exception_id uuid not null,
  kind text not null, key text not null,
  channel_id uuid, sale_order_id uuid, shipping_package_id uuid, intake_id uuid, listing_id uuid,
  facts jsonb not null default '{}',
  state text not null default 'OPEN' check (state in ('OPEN', 'RESOLVED')),
  opened_at timestamptz not null, resolved_at timestamptz, resolved_by text, choice text, note text,
  primary key (tenant_id, order_exception_id),
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade,
  foreign key (tenant_id, channel_id) references godown.channel,
  check ((state = 'RESOLVED') = (resolved_at is not null))
);
create unique index order_exception_once on godown.order_exception (tenant_id, kind, key) where state = 'OPEN';
create index order_exception_by_key on godown.order_exception (tenant_id, kind, key);
create index order_exception_by_order on godown.order_exception (tenant_id, sale_order_id) where sale_order_id is not null;
create index order_exception_open on godown.order_exception (tenant_id, opened_at) where state = 'OPEN';

call godown.raise_walls();
