-- Goods bought: who sells them to us, what is ordered, and what arrived and passed inspection.

create table godown.vendor (
  tenant_id uuid not null references godown.tenant,
  vendor_id uuid not null,
  code text not null check (code ~ '^[A-Za-z0-9_-]{1,45}$'),
  name text not null check (length(name) between 1 and 200),
  line1 text not null, line2 text, city text not null,
  state_code text not null check (state_code ~ '^[0-9]{2}$'),
  pincode text not null check (pincode ~ '^[1-9][0-9]{5}$'),
  gstin text check (length(gstin) = 15), -- null: not registered, and so charges no GST
  contact text, phone text, email text,
  payment_days integer check (payment_days between 0 and 365), -- after the vendor's invoice; null: as agreed each time
  enabled boolean not null default true,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, vendor_id),
  unique (tenant_id, code)
);
create index vendor_name on godown.vendor (tenant_id, lower(name));

-- What a vendor offers: its own code and its price without tax.
create table godown.vendor_item (
  tenant_id uuid not null, vendor_id uuid not null, sku_id uuid not null,
  vendor_sku text check (length(vendor_sku) between 1 and 100),
  unit_price_paise bigint check (unit_price_paise >= 0),
  minimum_quantity integer check (minimum_quantity > 0),
  lead_time_days integer check (lead_time_days between 0 and 365),
  updated_at timestamptz not null,
  primary key (tenant_id, vendor_id, sku_id),
  foreign key (tenant_id, vendor_id) references godown.vendor on delete cascade,
  foreign key (tenant_id, sku_id) references godown.sku
);
create unique index vendor_item_by_vendor_sku on godown.vendor_item (tenant_id, vendor_id, upper(vendor_sku)) where vendor_sku is not null;
create index vendor_item_by_sku on godown.vendor_item (tenant_id, sku_id);

create table godown.purchase_order (
  tenant_id uuid not null, purchase_order_id uuid not null, code text not null,
  vendor_id uuid not null, facility_id uuid not null,
  state text not null check (state in ('CREATED', 'APPROVED', 'PARTIALLY_RECEIVED', 'COMPLETE', 'CLOSED', 'CANCELLED')),
  ordered_on date not null,  -- the facility's day: the rates of tax are of that day
  expected_on date check (expected_on >= ordered_on),
  remarks text,
  parties jsonb not null,    -- vendor and facility as they were when it was last written, as the order is printed
  created_at timestamptz not null, created_by text not null,
  approved_at timestamptz, approved_by text,
  ended_at timestamptz, ended_by text, end_reason text, -- closed short, or cancelled
  primary key (tenant_id, purchase_order_id),
  unique (tenant_id, code),
  foreign key (tenant_id, vendor_id) references godown.vendor,
  foreign key (tenant_id, facility_id) references godown.facility,
  check ((approved_at is null) = (approved_by is null)),
  check (state = 'CANCELLED' or (state = 'CREATED') = (approved_at is null)),
  check ((state in ('CLOSED', 'CANCELLED')) = (ended_at is not null)),
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (end_reason is null))
);
create index purchase_order_recent on godown.purchase_order (tenant_id, created_at desc);
create index purchase_order_by_vendor on godown.purchase_order (tenant_id, vendor_id);
create index purchase_order_open on godown.purchase_order (tenant_id, facility_id, expected_on) where state in ('APPROVED', 'PARTIALLY_RECEIVED');

create table godown.purchase_order_line (
  tenant_id uuid not null, purchase_order_line_id uuid not null, purchase_order_id uuid not null,
  line_no integer not null check (line_no > 0),
  sku_id uuid not null, vendor_sku text,
  quantity integer not null check (quantity > 0),
  unit_price_paise bigint not null check (unit_price_paise >= 0), -- without tax
  tax_class text, -- its code; null where the vendor charges no GST
  gst_bps integer not null check (gst_bps between 0 and 10000),
  cess_bps integer not null check (cess_bps between 0 and 50000),
  taxable_paise bigint not null,
  cgst_paise bigint not null check (cgst_paise >= 0), sgst_paise bigint not null check (sgst_paise >= 0),
  utgst_paise bigint not null check (utgst_paise >= 0), igst_paise bigint not null check (igst_paise >= 0),
  cess_paise bigint not null check (cess_paise >= 0), gross_paise bigint not null,
  -- Pieces of it: being counted in receipts that are open, and those of finished ones by the verdict of the inspection. What
  -- was rejected has arrived too: it goes back by a gatepass, and its replacement is a new order.
  counting integer not null default 0 check (counting >= 0),
  accepted integer not null default 0 check (accepted >= 0),
  rejected integer not null default 0 check (rejected >= 0),
  primary key (tenant_id, purchase_order_line_id),
  unique (tenant_id, purchase_order_id, line_no),
  unique (tenant_id, purchase_order_id, sku_id), -- a scanned piece belongs to one line
  unique (tenant_id, purchase_order_id, purchase_order_line_id),
  foreign key (tenant_id, purchase_order_id) references godown.purchase_order on delete cascade,
  foreign key (tenant_id, sku_id) references godown.sku,
  check (taxable_paise = quantity * unit_price_paise),
  check (gross_paise = taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise),
  check (cgst_paise = sgst_paise + utgst_paise and (sgst_paise = 0 or utgst_paise = 0) and (igst_paise = 0 or cgst_paise = 0)),
  -- Never more than was ordered, however many receipts are counted at the same time.
  check (counting + accepted + rejected <= quantity)
);
create index purchase_order_line_by_sku on godown.purchase_order_line (tenant_id, sku_id);

-- Goods received of one order by one invoice of its vendor.
create table godown.grn (
  tenant_id uuid not null, grn_id uuid not null, code text not null,
  purchase_order_id uuid not null, facility_id uuid not null, vendor_id uuid not null,
  state text not null check (state in ('CREATED', 'QC_COMPLETE', 'COMPLETE', 'DISCARDED')),
  vendor_invoice_number text not null check (length(vendor_invoice_number) between 1 and 50),
  vendor_invoice_on date not null,
  remarks text,
  created_at timestamptz not null, created_by text not null,
  finished_at timestamptz, finished_by text, -- counted and inspected: its pieces wait for their shelf
  completed_at timestamptz,                  -- all of them lie on one
  discarded_at timestamptz, discarded_by text,
  primary key (tenant_id, grn_id),
  unique (tenant_id, code),
  unique (tenant_id, purchase_order_id, grn_id),
  foreign key (tenant_id, purchase_order_id) references godown.purchase_order,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, vendor_id) references godown.vendor,
  check ((finished_at is null) = (finished_by is null)),
  check ((state in ('QC_COMPLETE', 'COMPLETE')) = (finished_at is not null)),
  check ((state = 'COMPLETE') = (completed_at is not null)),
  check ((state = 'DISCARDED') = (discarded_at is not null))
);
-- One delivery is received once: the same invoice of an order again is the same goods again.
create unique index grn_invoice_once on godown.grn (tenant_id, purchase_order_id, upper(vendor_invoice_number)) where state <> 'DISCARDED';
create index grn_recent on godown.grn (tenant_id, created_at desc);

create table godown.grn_line (
  tenant_id uuid not null, grn_id uuid not null, purchase_order_line_id uuid not null, purchase_order_id uuid not null,
  accepted integer not null check (accepted >= 0),
  rejected integer not null check (rejected >= 0),
  reject_reason text check (length(reject_reason) between 1 and 200),
  primary key (tenant_id, grn_id, purchase_order_line_id),
  foreign key (tenant_id, purchase_order_id, grn_id) references godown.grn (tenant_id, purchase_order_id, grn_id) on delete cascade,
  foreign key (tenant_id, purchase_order_id, purchase_order_line_id)
    references godown.purchase_order_line (tenant_id, purchase_order_id, purchase_order_line_id),
  check ((rejected > 0) = (reject_reason is not null))
);
create index grn_line_by_order_line on godown.grn_line (tenant_id, purchase_order_line_id);

call godown.raise_walls();
