-- E-invoices: documents reported to the invoice registration portal, the users that report them, and what was said to and fro.

-- "GstEInvoicing Enabled From NIC", a setting of every channel: only YES asks for an IRN.
alter table godown.channel add column gst_e_invoicing text not null default 'NO' check (gst_e_invoicing in ('NONE', 'NO', 'YES'));
-- One source had it among its own settings, where only "No" could be chosen. Walls stand for the owner too: they are lowered for this.
alter table godown.channel no force row level security;
update godown.channel set settings = settings - 'gstEInvoicingFromNic' where settings ? 'gstEInvoicingFromNic';
alter table godown.channel force row level security;

-- Who reports for a registration: one user at the portal. Secrets are sealed like a channel's.
create table godown.e_invoice_account (
  tenant_id uuid not null, gstin text not null check (gstin ~ '^[0-9]{2}[0-9A-Z]{13}$'),
  client_id text not null, client_secret bytea not null, username text not null, password bytea not null,
  credentials_version uuid not null, -- changes with them: a session of old ones is not used with new ones
  -- UNTRIED until the portal has answered to these credentials.
  state text not null check (state in ('UNTRIED', 'ACCEPTED', 'REFUSED')),
  code text, words text, what_to_do text, checked_at timestamptz,
  set_at timestamptz not null, set_by text not null,
  -- The right to speak to the portal for this registration, over all processes: one request at a time.
  asking_as uuid, asking_until timestamptz,
  primary key (tenant_id, gstin),
  check ((asking_as is null) = (asking_until is null)),
  check ((state = 'UNTRIED') = (checked_at is null))
);

-- One row for each document that needs an IRN, whatever it is (its subject).
create table godown.e_invoice (
  tenant_id uuid not null, e_invoice_id uuid not null,
  subject_type text not null check (subject_type in ('INVOICE', 'CREDIT_NOTE', 'GATEPASS')), subject_id uuid not null,
  facility_id uuid not null,
  gstin text not null, document_type text not null check (document_type in ('INV', 'CRN')),
  number text not null check (number = upper(number) and length(number) between 1 and 16), -- numbers count in capitals
  issued_on date not null, financial_year integer not null,
  document jsonb not null, expected_irn text not null check (expected_irn ~ '^[0-9a-f]{64}$'),
  -- What is asked of the portal now.
  wish text not null check (wish in ('REGISTER', 'CANCEL')),
  -- PENDING: its turn comes. ASKING: a request is under way until asking_until. WAITING: tried again at next_attempt_at.
  -- BLOCKED: a person has to do something. ACTIVE: it has its IRN. CANCELLED: it has none, or a cancelled one.
  state text not null check (state in ('PENDING', 'ASKING', 'WAITING', 'BLOCKED', 'ACTIVE', 'CANCELLED')),
  asking_until timestamptz, next_attempt_at timestamptz,
  attempts integer not null default 0 check (attempts >= 0),
  -- A request may have arrived whose answer is not known: the portal is asked by number before anything is sent.
  tried_at timestamptz,
  -- What the last attempt came to: the portal's code where it named one, our words, what a person can do.
  advice text check (advice in ('RETRY', 'RENEW', 'ACCOUNT', 'CHANGE', 'DUPLICATE', 'FINAL')),
  code text, faults jsonb not null default '[]', words text, what_to_do text, exchange_id uuid,
  -- For who asked: what goes on once the IRN is there.
  continuation jsonb not null default '{}',
  irn text check (irn ~ '^[0-9a-f]{64}$'), ack_no text, ack_at timestamptz, signed_invoice text, signed_qr text,
  proved boolean, -- the signatures were proved with a key of the portal
  handed_at timestamptz, -- its subject has taken the IRN
  cancel_reason text check (cancel_reason in ('DUPLICATE', 'MISTAKE', 'ORDER_CANCELLED', 'OTHER')), cancel_remark text,
  cancel_wanted_at timestamptz, cancelled_at timestamptz,
  created_at timestamptz not null, created_by text not null, updated_at timestamptz not null,
  primary key (tenant_id, e_invoice_id),
  unique (tenant_id, subject_type, subject_id),
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, gstin) references godown.e_invoice_account,
  check ((state = 'ASKING') = (asking_until is not null)),
  -- An ACTIVE one is tried again until its subject has taken the IRN.
  check ((next_attempt_at is not null) = (state in ('PENDING', 'WAITING') or (state = 'ACTIVE' and handed_at is null))),
  check ((irn is null) = (ack_no is null) and (irn is null) = (ack_at is null) and (irn is null) = (signed_invoice is null)
    and (irn is null) = (signed_qr is null) and (irn is null) = (proved is null)),
  check (state <> 'ACTIVE' or (irn is not null and irn = expected_irn and wish = 'REGISTER')),
  check (handed_at is null or irn is not null),
  check ((state = 'CANCELLED') = (cancelled_at is not null)),
  check ((wish = 'CANCEL') = (cancel_wanted_at is not null) and (cancel_wanted_at is null) = (cancel_reason is null)),
  check (state <> 'CANCELLED' or wish = 'CANCEL'),
  check ((state = 'BLOCKED') <= (advice is not null))
);
-- One number, one IRN: for ever where there was one, and once at a time where there was none.
create unique index e_invoice_number_once on godown.e_invoice (tenant_id, gstin, document_type, financial_year, number)
  where state <> 'CANCELLED' or irn is not null;
create unique index e_invoice_irn_once on godown.e_invoice (tenant_id, irn) where irn is not null;
create index e_invoice_due on godown.e_invoice (tenant_id, gstin, next_attempt_at) where next_attempt_at is not null;
create index e_invoice_asking on godown.e_invoice (tenant_id, gstin, asking_until) where asking_until is not null;
create index e_invoice_open on godown.e_invoice (tenant_id, state, created_at) where state in ('PENDING', 'ASKING', 'WAITING', 'BLOCKED');
create index e_invoice_recent on godown.e_invoice (tenant_id, created_at desc);

-- What was sent to the portal and what it answered, names and addresses struck out; kept for 30 days.
create table godown.e_invoice_exchange (
  tenant_id uuid not null, exchange_id uuid not null, gstin text not null, e_invoice_id uuid,
  operation text not null, at timestamptz not null, duration_ms integer,
  method text not null, url text not null, request jsonb, status integer, response jsonb,
  outcome text not null check (outcome in ('OK', 'REFUSED', 'NOT_REACHED', 'UNKNOWN', 'BAD_ANSWER')), message text,
  primary key (tenant_id, exchange_id),
  foreign key (tenant_id, e_invoice_id) references godown.e_invoice on delete cascade
);
create index e_invoice_exchange_by_document on godown.e_invoice_exchange (tenant_id, e_invoice_id, at desc) where e_invoice_id is not null;
create index e_invoice_exchange_expiry on godown.e_invoice_exchange (tenant_id, at);

-- An invoice that waits for its IRN has its number already; only what has left that state counts as issued.
create index invoice_irn_pending on godown.invoice (tenant_id, issued_at) where state = 'IRN_PENDING';

-- A channel that numbers its documents is told of their IRNs.
alter table godown.channel_notice drop constraint channel_notice_kind_check;
alter table godown.channel_notice add constraint channel_notice_kind_check
  check (kind in ('STATE', 'DISPATCH', 'CANCEL', 'REVERSE_STATE', 'ACKNOWLEDGE', 'IRN'));

call godown.raise_walls();
