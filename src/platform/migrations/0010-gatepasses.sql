-- Goods that leave other than by sale: gatepasses, their tax papers, and what came of the goods.

create table godown.gatepass (
  tenant_id uuid not null, gatepass_id uuid not null, code text not null,
  facility_id uuid not null, -- the goods leave from here
  type text not null check (type in ('RETURNABLE', 'NON_RETURNABLE', 'RETURN_TO_VENDOR', 'STOCK_TRANSFER')),
  -- SHORT: pieces that should have arrived did not; somebody says what became of them.
  state text not null check (state in ('CREATED', 'RETURN_AWAITED', 'IN_TRANSIT', 'SHORT', 'CLOSED', 'CANCELLED')),
  purpose text not null check (length(purpose) between 1 and 500),
  reference text check (length(reference) <= 45),
  to_facility_id uuid, -- where a stock transfer goes
  party jsonb,         -- to whom everything else goes: name, address, GSTIN
  -- The vendor's invoice that a return to him is against.
  vendor_invoice_number text check (length(vendor_invoice_number) between 1 and 45), vendor_invoice_on date,
  created_at timestamptz not null, created_by text not null,
  issued_at timestamptz, issued_by text,
  short_at timestamptz, short_by text, short_note text check (length(short_note) <= 500),
  closed_at timestamptz, closed_by text,
  cancelled_at timestamptz, cancelled_by text, cancel_reason text check (length(cancel_reason) <= 500),
  primary key (tenant_id, gatepass_id),
  unique (tenant_id, code),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, to_facility_id) references godown.facility,
  check ((type = 'STOCK_TRANSFER') = (to_facility_id is not null)),
  check ((to_facility_id is null) = (party is not null)),
  check (to_facility_id <> facility_id),
  check ((vendor_invoice_number is null) = (vendor_invoice_on is null)),
  check (state <> 'IN_TRANSIT' or type = 'STOCK_TRANSFER'),
  check (state <> 'RETURN_AWAITED' or type = 'RETURNABLE'),
  check (state <> 'SHORT' or type in ('RETURNABLE', 'STOCK_TRANSFER')),
  check (state in ('CREATED', 'CANCELLED') or issued_at is not null),
  check (state <> 'CREATED' or issued_at is null),
  check ((state = 'CLOSED') = (closed_at is not null)),
  check ((state = 'CANCELLED') = (cancelled_at is not null)),
  check (state <> 'SHORT' or short_at is not null)
);
create index gatepass_by_state on godown.gatepass (tenant_id, state, created_at desc);
create index gatepass_recent on godown.gatepass (tenant_id, created_at desc);
create index gatepass_to on godown.gatepass (tenant_id, to_facility_id, state) where to_facility_id is not null;

create table godown.gatepass_line (
  tenant_id uuid not null, gatepass_line_id uuid not null, gatepass_id uuid not null,
  line_no integer not null check (line_no >= 1),
  sku_id uuid not null, shelf_id uuid not null,
  inventory_type text not null check (inventory_type in ('good', 'bad', 'qc_rejected')),
  quantity integer not null check (quantity >= 1),
  price_paise bigint not null check (price_paise >= 0), -- a piece, without tax
  -- What became of the pieces: arrived (at the other facility, or back), back with the sender, never to come.
  received integer not null default 0 check (received >= 0),
  back integer not null default 0 check (back >= 0),
  lost integer not null default 0 check (lost >= 0),
  primary key (tenant_id, gatepass_line_id),
  unique (tenant_id, gatepass_id, sku_id, inventory_type, shelf_id),
  foreign key (tenant_id, gatepass_id) references godown.gatepass on delete cascade,
  foreign key (tenant_id, sku_id) references godown.sku,
  foreign key (tenant_id, shelf_id) references godown.shelf,
  check (received + back + lost <= quantity)
);
create index gatepass_line_by_sku on godown.gatepass_line (tenant_id, sku_id);

-- Each time somebody said what came of pieces. Its id is made by who says it: said twice, it counts once.
create table godown.gatepass_receipt (
  tenant_id uuid not null, gatepass_receipt_id uuid not null, gatepass_id uuid not null,
  outcome text not null check (outcome in ('RECEIVED', 'BACK', 'LOST')),
  note text check (length(note) <= 500),
  at timestamptz not null, by text not null,
  primary key (tenant_id, gatepass_receipt_id),
  foreign key (tenant_id, gatepass_id) references godown.gatepass
);
create index gatepass_receipt_of on godown.gatepass_receipt (tenant_id, gatepass_id, at);
create table godown.gatepass_receipt_line (
  tenant_id uuid not null, gatepass_receipt_id uuid not null, gatepass_line_id uuid not null,
  quantity integer not null check (quantity >= 1),
  primary key (tenant_id, gatepass_receipt_id, gatepass_line_id),
  foreign key (tenant_id, gatepass_receipt_id) references godown.gatepass_receipt on delete cascade,
  foreign key (tenant_id, gatepass_line_id) references godown.gatepass_line
);

-- The tax papers of gatepasses. A number exists exactly when its paper does; a cancelled one keeps it.
create table godown.gatepass_document (
  tenant_id uuid not null, gatepass_document_id uuid not null, gatepass_id uuid not null, facility_id uuid not null,
  kind text not null check (kind in ('DELIVERY_CHALLAN', 'TAX_INVOICE', 'BILL_OF_SUPPLY', 'DEBIT_NOTE', 'CREDIT_NOTE')),
  document_type text not null check (document_type in ('DELIVERY_CHALLAN', 'GATEPASS_INVOICE', 'PURCHASE_RETURN_INVOICE', 'GATEPASS_RETURN_INVOICE')),
  number text not null check (length(number) between 1 and 16),
  invoice_series_id uuid not null, sequence_number bigint not null, financial_year integer not null,
  state text not null check (state in ('ISSUED', 'CANCELLED', 'IRN_PENDING')),
  issued_at timestamptz not null, issued_on date not null, cancelled_at timestamptz,
  seller_gstin text, buyer_gstin text, buyer_name text not null,
  place_of_supply text not null check (place_of_supply ~ '^[0-9]{2}$'),
  -- The invoice that a debit or credit note changes: a vendor's, or one of ours.
  against_document_id uuid, against_number text, against_on date,
  taxable_paise bigint not null, cgst_paise bigint not null, sgst_paise bigint not null, utgst_paise bigint not null, igst_paise bigint not null, cess_paise bigint not null,
  total_paise bigint not null,
  document jsonb not null, template_version integer not null,
  primary key (tenant_id, gatepass_document_id),
  unique (tenant_id, invoice_series_id, financial_year, sequence_number),
  foreign key (tenant_id, gatepass_id) references godown.gatepass,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, invoice_series_id) references godown.invoice_series,
  foreign key (tenant_id, against_document_id) references godown.gatepass_document,
  check ((kind in ('TAX_INVOICE', 'BILL_OF_SUPPLY')) = (document_type = 'GATEPASS_INVOICE')),
  check ((kind = 'DELIVERY_CHALLAN') = (document_type = 'DELIVERY_CHALLAN')),
  check ((kind = 'DEBIT_NOTE') = (document_type = 'PURCHASE_RETURN_INVOICE')),
  check ((state = 'CANCELLED') = (cancelled_at is not null)),
  check ((against_number is null) = (against_on is null)),
  check ((kind in ('DEBIT_NOTE', 'CREDIT_NOTE')) = (against_number is not null)),
  check ((kind = 'CREDIT_NOTE') = (against_document_id is not null)),
  check (kind <> 'DELIVERY_CHALLAN' or total_paise = taxable_paise),
  check (taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise = total_paise),
  check (igst_paise = 0 or (cgst_paise = 0 and sgst_paise = 0 and utgst_paise = 0)),
  check (sgst_paise = 0 or utgst_paise = 0)
);
create unique index gatepass_document_number_once on godown.gatepass_document (tenant_id, seller_gstin, financial_year, number);
create index gatepass_document_of on godown.gatepass_document (tenant_id, gatepass_id, issued_at);
create index gatepass_document_month on godown.gatepass_document (tenant_id, issued_on);
create table godown.gatepass_document_line (
  tenant_id uuid not null, gatepass_document_id uuid not null, line_no integer not null check (line_no >= 1),
  gatepass_line_id uuid not null, sku_id uuid not null, description text not null, hsn text,
  quantity integer not null check (quantity >= 1), unit_price_paise bigint not null,
  gst_bps integer not null, cess_bps integer not null,
  taxable_paise bigint not null, cgst_paise bigint not null, sgst_paise bigint not null, utgst_paise bigint not null, igst_paise bigint not null, cess_paise bigint not null,
  total_paise bigint not null,
  primary key (tenant_id, gatepass_document_id, line_no),
  foreign key (tenant_id, gatepass_document_id) references godown.gatepass_document on delete cascade,
  foreign key (tenant_id, gatepass_line_id) references godown.gatepass_line,
  foreign key (tenant_id, sku_id) references godown.sku,
  check (taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise = total_paise)
);

call godown.raise_walls();
