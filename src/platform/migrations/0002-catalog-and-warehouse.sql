-- What is sold, where it lies, who carries it.

create table godown.tax_class (
  tenant_id uuid not null references godown.tenant,
  tax_class_id uuid not null,
  code text not null, name text not null,
  -- What the slab limits are compared with: the law's "sale value" is the price without tax.
  slab_price text not null default 'EXCLUDING_TAX' check (slab_price in ('EXCLUDING_TAX', 'INCLUDING_TAX')),
  created_at timestamptz not null,
  primary key (tenant_id, tax_class_id),
  unique (tenant_id, code)
);
-- Rates as data: which hold from a day on, by slab of unit price. The rates of the newest holds_from on or before the day count.
create table godown.tax_rate (
  tenant_id uuid not null, tax_class_id uuid not null,
  holds_from date not null,
  unit_price_from_paise bigint not null default 0 check (unit_price_from_paise >= 0), -- included
  unit_price_to_paise bigint check (unit_price_to_paise >= unit_price_from_paise),    -- included ("not exceeding"); null = no upper end
  gst_bps integer not null check (gst_bps between 0 and 10000),
  cess_bps integer not null default 0 check (cess_bps between 0 and 50000),
  cess_per_unit_paise bigint not null default 0 check (cess_per_unit_paise >= 0),
  primary key (tenant_id, tax_class_id, holds_from, unit_price_from_paise),
  foreign key (tenant_id, tax_class_id) references godown.tax_class on delete cascade
);

create table godown.sku (
  tenant_id uuid not null references godown.tenant,
  sku_id uuid not null,
  code text not null check (code ~ '^[A-Za-z0-9._/-]{3,45}$'),
  name text not null check (length(name) between 1 and 300),
  category text, brand text,
  hsn text check (hsn ~ '^([0-9]{4}|[0-9]{6}|[0-9]{8}|99[0-9]{3})$'),
  tax_class_id uuid,
  mrp_paise bigint check (mrp_paise >= 0),
  weight_grams integer check (weight_grams >= 0),
  length_mm integer check (length_mm >= 0), width_mm integer check (width_mm >= 0), height_mm integer check (height_mm >= 0),
  image_url text,
  is_bundle boolean not null default false,
  enabled boolean not null default true,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, sku_id),
  unique (tenant_id, code),
  foreign key (tenant_id, tax_class_id) references godown.tax_class
);
create index sku_name on godown.sku (tenant_id, lower(name));
-- A bundle is never stocked: its components are.
create table godown.bundle_component (
  tenant_id uuid not null, bundle_sku_id uuid not null, component_sku_id uuid not null,
  quantity integer not null check (quantity between 1 and 1000),
  primary key (tenant_id, bundle_sku_id, component_sku_id),
  foreign key (tenant_id, bundle_sku_id) references godown.sku on delete cascade,
  foreign key (tenant_id, component_sku_id) references godown.sku,
  check (bundle_sku_id <> component_sku_id)
);
create index bundle_component_of on godown.bundle_component (tenant_id, component_sku_id);

create table godown.facility (
  tenant_id uuid not null references godown.tenant,
  facility_id uuid not null,
  code text not null check (code ~ '^[A-Za-z0-9_-]{1,45}$'),
  name text not null,
  line1 text not null, line2 text, city text not null,
  state_code text not null check (state_code ~ '^[0-9]{2}$'),
  pincode text not null check (pincode ~ '^[1-9][0-9]{5}$'),
  phone text, email text,
  gstin text check (gstin ~ '^[0-9]{2}[A-Z0-9]{13}$'),
  legal_name text,
  zone text not null default 'Asia/Kolkata',
  upi_id text, bank_account text, bank_ifsc text,
  traceability text not null default 'NONE' check (traceability in ('NONE', 'SKU', 'ITEM')),
  enabled boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, facility_id),
  unique (tenant_id, code),
  -- 25 and 28 were given up for 26 and 37: registrations of then go on.
  check (gstin is null or left(gstin, 2) = state_code or (left(gstin, 2), state_code) in (('25', '26'), ('28', '37')))
);
alter table godown.user_role add foreign key (tenant_id, facility_id) references godown.facility on delete cascade;

create table godown.shelf (
  tenant_id uuid not null, shelf_id uuid not null, facility_id uuid not null,
  code text not null check (length(code) between 1 and 45),
  enabled boolean not null default true,
  primary key (tenant_id, shelf_id),
  unique (tenant_id, facility_id, code),
  foreign key (tenant_id, facility_id) references godown.facility
);

-- Alternative seller identity and series, attached to a channel.
create table godown.billing_party (
  tenant_id uuid not null references godown.tenant, billing_party_id uuid not null,
  code text not null, legal_name text not null,
  line1 text not null, line2 text, city text not null, state_code text not null check (state_code ~ '^[0-9]{2}$'),
  pincode text not null check (pincode ~ '^[1-9][0-9]{5}$'),
  gstin text not null check (gstin ~ '^[0-9]{2}[A-Z0-9]{13}$'),
  created_at timestamptz not null,
  primary key (tenant_id, billing_party_id),
  unique (tenant_id, code),
  check (left(gstin, 2) = state_code or (left(gstin, 2), state_code) in (('25', '26'), ('28', '37')))
);

-- Number series of documents. One row per owner and document type; the year it counts in is on the row.
-- The row is locked while a number is taken: numbers are consecutive because the invoice is written in the same transaction.
create table godown.invoice_series (
  tenant_id uuid not null references godown.tenant,
  invoice_series_id uuid not null,
  facility_id uuid, billing_party_id uuid,
  document_type text not null check (document_type in ('SALE_INVOICE', 'SALE_RETURN_INVOICE', 'PURCHASE_INVOICE', 'PURCHASE_RETURN_INVOICE', 'GATEPASS_INVOICE', 'GATEPASS_RETURN_INVOICE', 'DELIVERY_CHALLAN')),
  prefix text not null check (prefix ~ '^([A-Z1-9][A-Z0-9/-]*)$' and length(prefix) <= 12),
  next_number bigint not null default 1 check (next_number > 0),
  financial_year integer not null check (financial_year between 2017 and 2999),
  reset_on_1_april boolean not null default true,
  next_year_prefix text check (next_year_prefix ~ '^([A-Z1-9][A-Z0-9/-]*)$' and length(next_year_prefix) <= 12),
  updated_at timestamptz not null,
  primary key (tenant_id, invoice_series_id),
  unique nulls not distinct (tenant_id, facility_id, billing_party_id, document_type),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, billing_party_id) references godown.billing_party,
  check (num_nonnulls(facility_id, billing_party_id) = 1),
  -- The number given last fits; the next one may find the series exhausted, and is then refused.
  check (length(prefix) + length((next_number - 1)::text) <= 16)
);
-- Which prefix is spent in which year by which GSTIN: never used twice, whoever owns the series.
create table godown.series_prefix (
  tenant_id uuid not null references godown.tenant,
  gstin text not null, financial_year integer not null, prefix text not null, -- gstin 'UNREGISTERED' where the seller has none
  invoice_series_id uuid not null,
  first_number bigint not null check (first_number > 0), -- where counting began under this prefix in this year
  primary key (tenant_id, gstin, financial_year, prefix),
  foreign key (tenant_id, invoice_series_id) references godown.invoice_series
);
create index series_prefix_by_series on godown.series_prefix (tenant_id, invoice_series_id);
-- Numbers a person left out by setting a counter forward: the only gaps that a series may have.
create table godown.series_jump (
  tenant_id uuid not null, invoice_series_id uuid not null, financial_year integer not null,
  from_number bigint not null, to_number bigint not null, -- from_number up to, not with, to_number were never given
  at timestamptz not null, actor_name text not null,
  primary key (tenant_id, invoice_series_id, financial_year, from_number),
  foreign key (tenant_id, invoice_series_id) references godown.invoice_series,
  check (to_number > from_number)
);

create table godown.shipping_provider (
  tenant_id uuid not null references godown.tenant,
  shipping_provider_id uuid not null,
  code text not null check (code ~ '^[A-Z0-9_]{2,45}$'),
  name text not null,
  kind text not null default 'AWB_POOL' check (kind in ('AWB_POOL', 'API')),
  tracking_url_template text, -- {awb} is replaced
  transit_days integer not null default 5 check (transit_days between 0 and 60),
  serves_everywhere boolean not null default true,
  cod boolean not null default true,
  preference integer not null default 100, -- lower is asked first
  awb_low_mark integer not null default 100 check (awb_low_mark >= 0),
  enabled boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, shipping_provider_id),
  unique (tenant_id, code)
);
-- Where serves_everywhere is off: the pincodes it serves, and the sort code printed on the label.
create table godown.provider_pincode (
  tenant_id uuid not null, shipping_provider_id uuid not null,
  pincode text not null check (pincode ~ '^[1-9][0-9]{5}$'),
  cod boolean not null default true, sort_code text,
  primary key (tenant_id, shipping_provider_id, pincode),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider on delete cascade
);
create index provider_pincode_by_pin on godown.provider_pincode (tenant_id, pincode);
create table godown.awb (
  tenant_id uuid not null, shipping_provider_id uuid not null,
  awb text not null check (awb ~ '^[A-Za-z0-9][A-Za-z0-9/-]{2,39}$'),
  seq bigint generated always as identity, -- taken in the order they were uploaded
  shipping_package_id uuid, used_at timestamptz,
  primary key (tenant_id, shipping_provider_id, awb),
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider,
  check ((shipping_package_id is null) = (used_at is null))
);
create index awb_free on godown.awb (tenant_id, shipping_provider_id, seq) where used_at is null;

call godown.raise_walls();
