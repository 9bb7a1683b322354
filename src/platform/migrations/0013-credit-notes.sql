-- Credit notes: what is given back of an invoice for units that came back, the returns that wait for theirs, and grades told to channels.

-- What was given back so far. Kept by the triggers below alone; the checks are why nothing is ever given back twice.
alter table godown.invoice_line
  add column credited_quantity integer not null default 0, add column credited_taxable_paise bigint not null default 0,
  add column credited_cgst_paise bigint not null default 0, add column credited_sgst_paise bigint not null default 0,
  add column credited_utgst_paise bigint not null default 0, add column credited_igst_paise bigint not null default 0,
  add column credited_cess_paise bigint not null default 0, add column credited_total_paise bigint not null default 0;
alter table godown.invoice_line
  add constraint invoice_line_credited_quantity check (credited_quantity between 0 and quantity),
  add constraint invoice_line_credited_taxable check (credited_taxable_paise between 0 and taxable_paise),
  add constraint invoice_line_credited_cgst check (credited_cgst_paise between 0 and cgst_paise),
  add constraint invoice_line_credited_sgst check (credited_sgst_paise between 0 and sgst_paise),
  add constraint invoice_line_credited_utgst check (credited_utgst_paise between 0 and utgst_paise),
  add constraint invoice_line_credited_igst check (credited_igst_paise between 0 and igst_paise),
  add constraint invoice_line_credited_cess check (credited_cess_paise between 0 and cess_paise),
  add constraint invoice_line_credited_total check (credited_total_paise between 0 and total_paise);
alter table godown.invoice add column credited_paise bigint not null default 0, add column credited_round_off_paise bigint not null default 0;
alter table godown.invoice
  add constraint invoice_credited check (credited_paise between 0 and total_paise),
  add constraint invoice_credited_round_off check (credited_round_off_paise between least(0, round_off_paise) and greatest(0, round_off_paise));

-- A number exists exactly when its credit note does. A cancelled one keeps it.
create table godown.credit_note (
  tenant_id uuid not null, credit_note_id uuid not null, invoice_id uuid not null, return_case_id uuid,
  sale_order_id uuid not null, shipping_package_id uuid not null, facility_id uuid not null, channel_id uuid not null,
  code text not null, -- internal, outside every tax series
  number text not null check (length(number) between 1 and case numbered_by when 'SERIES' then 16 else 50 end),
  numbered_by text not null check (numbered_by in ('SERIES', 'CHANNEL')),
  series text check (length(series) <= 50), -- as the channel names it
  invoice_series_id uuid, sequence_number bigint, financial_year integer not null,
  seller_gstin text,
  state text not null check (state in ('ISSUED', 'CANCELLED', 'IRN_PENDING')),
  issued_at timestamptz not null, issued_on date not null, cancelled_at timestamptz,
  tax_lowered_by date not null, -- the last day on which it lowers the tax of its invoice (CGST Act s.34(2))
  place_of_supply text not null check (place_of_supply ~ '^[0-9]{2}$'),
  taxable_paise bigint not null, cgst_paise bigint not null, sgst_paise bigint not null, utgst_paise bigint not null, igst_paise bigint not null, cess_paise bigint not null,
  round_off_paise bigint not null default 0, total_paise bigint not null check (total_paise >= 0),
  -- Where the channel's word differs from what is stored: its value before tax, its tax.
  channel_taxable_paise bigint, channel_tax_paise bigint,
  entered_by text, -- who gave number, day and file of the channel's by hand
  exchange_id uuid, pdf_document_id uuid,
  document jsonb not null, template_version integer not null,
  primary key (tenant_id, credit_note_id),
  unique (tenant_id, code),
  unique (tenant_id, invoice_series_id, financial_year, sequence_number),
  foreign key (tenant_id, invoice_id) references godown.invoice,
  foreign key (tenant_id, return_case_id) references godown.return_case,
  foreign key (tenant_id, sale_order_id) references godown.sale_order,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, invoice_series_id) references godown.invoice_series,
  foreign key (tenant_id, pdf_document_id) references godown.document,
  check ((numbered_by = 'SERIES') = (invoice_series_id is not null and sequence_number is not null)),
  check ((state = 'CANCELLED') = (cancelled_at is not null)),
  check (taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise + round_off_paise = total_paise),
  check (igst_paise = 0 or (cgst_paise = 0 and sgst_paise = 0 and utgst_paise = 0)),
  check (sgst_paise = 0 or utgst_paise = 0),
  check (series is null or numbered_by = 'CHANNEL'),
  check ((channel_taxable_paise is null) = (channel_tax_paise is null))
);
create unique index credit_note_number_once on godown.credit_note (tenant_id, seller_gstin, financial_year, number) nulls not distinct where numbered_by = 'SERIES';
create unique index credit_note_channel_number_once on godown.credit_note (tenant_id, channel_id, number) where numbered_by = 'CHANNEL' and state <> 'CANCELLED';
create index credit_note_by_number on godown.credit_note (tenant_id, number);
create index credit_note_recent on godown.credit_note (tenant_id, issued_at desc);
create index credit_note_month on godown.credit_note (tenant_id, issued_on);
create index credit_note_by_invoice on godown.credit_note (tenant_id, invoice_id);
create index credit_note_by_order on godown.credit_note (tenant_id, sale_order_id);
create index credit_note_by_return on godown.credit_note (tenant_id, return_case_id) where return_case_id is not null;
create index credit_note_irn_pending on godown.credit_note (tenant_id, issued_at) where state = 'IRN_PENDING';
create index invoice_month on godown.invoice (tenant_id, issued_on);

-- Units of one line of the invoice.
create table godown.credit_note_line (
  tenant_id uuid not null, credit_note_id uuid not null, line_no integer not null check (line_no >= 1),
  invoice_id uuid not null, invoice_line_no integer not null,
  quantity integer not null check (quantity >= 1), unit_ids uuid[] not null,
  taxable_paise bigint not null check (taxable_paise >= 0), cgst_paise bigint not null check (cgst_paise >= 0), sgst_paise bigint not null check (sgst_paise >= 0),
  utgst_paise bigint not null check (utgst_paise >= 0), igst_paise bigint not null check (igst_paise >= 0), cess_paise bigint not null check (cess_paise >= 0),
  total_paise bigint not null,
  primary key (tenant_id, credit_note_id, line_no),
  unique (tenant_id, credit_note_id, invoice_line_no),
  foreign key (tenant_id, credit_note_id) references godown.credit_note,
  foreign key (tenant_id, invoice_id, invoice_line_no) references godown.invoice_line,
  check (cardinality(unit_ids) = quantity),
  check (taxable_paise + cgst_paise + sgst_paise + utgst_paise + igst_paise + cess_paise = total_paise)
);
create index credit_note_line_by_invoice on godown.credit_note_line (tenant_id, invoice_id, invoice_line_no);

-- A unit is credited once on an invoice; one that is packed anew stands on another. Written by the triggers; a cancelled credit note gives its units free again.
create table godown.credited_unit (
  tenant_id uuid not null, sale_order_item_id uuid not null, invoice_id uuid not null, credit_note_id uuid not null,
  primary key (tenant_id, sale_order_item_id, invoice_id),
  foreign key (tenant_id, sale_order_item_id) references godown.sale_order_item,
  foreign key (tenant_id, invoice_id) references godown.invoice,
  foreign key (tenant_id, credit_note_id) references godown.credit_note
);
create index credited_unit_by_note on godown.credited_unit (tenant_id, credit_note_id);

-- Counts a line on its invoice's line, forward or back. @param sign 1 or -1
create function godown.count_credit(line godown.credit_note_line, sign integer) returns void language sql as $$
  update godown.invoice_line set credited_quantity = credited_quantity + sign * line.quantity,
    credited_taxable_paise = credited_taxable_paise + sign * line.taxable_paise, credited_cgst_paise = credited_cgst_paise + sign * line.cgst_paise,
    credited_sgst_paise = credited_sgst_paise + sign * line.sgst_paise, credited_utgst_paise = credited_utgst_paise + sign * line.utgst_paise,
    credited_igst_paise = credited_igst_paise + sign * line.igst_paise, credited_cess_paise = credited_cess_paise + sign * line.cess_paise,
    credited_total_paise = credited_total_paise + sign * line.total_paise
  where tenant_id = line.tenant_id and invoice_id = line.invoice_id and line_no = line.invoice_line_no;
$$;
create function godown.credit_note_line_added() returns trigger language plpgsql as $$
begin
  if not exists (
    select from godown.invoice_line l join godown.credit_note n using (tenant_id, invoice_id)
    where l.tenant_id = new.tenant_id and l.invoice_id = new.invoice_id and l.line_no = new.invoice_line_no and new.unit_ids <@ l.unit_ids
      and n.credit_note_id = new.credit_note_id and n.state <> 'CANCELLED'
  ) then
    raise exception 'the units of a credit note stand on its invoice''s line' using errcode = 'check_violation', constraint = 'credit_note_line_units';
  end if;
  insert into godown.credited_unit (tenant_id, sale_order_item_id, invoice_id, credit_note_id) select new.tenant_id, id, new.invoice_id, new.credit_note_id from unnest(new.unit_ids) as id;
  perform godown.count_credit(new, 1);
  return null;
end $$;
create trigger credit_note_line_added after insert on godown.credit_note_line for each row execute function godown.credit_note_line_added();
create function godown.credit_note_line_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a line of a credit note is not changed' using errcode = 'check_violation', constraint = 'credit_note_line_kept';
end $$;
create trigger credit_note_line_kept before update or delete on godown.credit_note_line for each row execute function godown.credit_note_line_kept();
create function godown.credit_note_written() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update godown.invoice set credited_paise = credited_paise + new.total_paise, credited_round_off_paise = credited_round_off_paise + new.round_off_paise
    where tenant_id = new.tenant_id and invoice_id = new.invoice_id;
    return null;
  end if;
  if (old.invoice_id, old.number, old.taxable_paise, old.cgst_paise, old.sgst_paise, old.utgst_paise, old.igst_paise, old.cess_paise, old.round_off_paise, old.total_paise)
    is distinct from (new.invoice_id, new.number, new.taxable_paise, new.cgst_paise, new.sgst_paise, new.utgst_paise, new.igst_paise, new.cess_paise, new.round_off_paise, new.total_paise)
    or (old.state = 'CANCELLED' and new.state <> 'CANCELLED') then
    raise exception 'number and amounts of a credit note are not changed' using errcode = 'check_violation', constraint = 'credit_note_kept';
  end if;
  if old.state <> 'CANCELLED' and new.state = 'CANCELLED' then
    update godown.invoice set credited_paise = credited_paise - new.total_paise, credited_round_off_paise = credited_round_off_paise - new.round_off_paise
    where tenant_id = new.tenant_id and invoice_id = new.invoice_id;
    perform godown.count_credit(l, -1) from godown.credit_note_line l where l.tenant_id = new.tenant_id and l.credit_note_id = new.credit_note_id;
    delete from godown.credited_unit where tenant_id = new.tenant_id and credit_note_id = new.credit_note_id;
  end if;
  return null;
end $$;
create trigger credit_note_written after insert or update on godown.credit_note for each row execute function godown.credit_note_written();
-- At the end of its transaction a credit note is the sum of its lines.
create function godown.credit_note_sums() returns trigger language plpgsql as $$
begin
  if (select (sum(l.taxable_paise), sum(l.cgst_paise), sum(l.sgst_paise), sum(l.utgst_paise), sum(l.igst_paise), sum(l.cess_paise))
      from godown.credit_note_line l where l.tenant_id = new.tenant_id and l.credit_note_id = new.credit_note_id)
    is distinct from (select row(new.taxable_paise::numeric, new.cgst_paise::numeric, new.sgst_paise::numeric, new.utgst_paise::numeric, new.igst_paise::numeric, new.cess_paise::numeric)) then
    raise exception 'a credit note is the sum of its lines' using errcode = 'check_violation', constraint = 'credit_note_sums';
  end if;
  return null;
end $$;
create constraint trigger credit_note_sums after insert on godown.credit_note deferrable initially deferred for each row execute function godown.credit_note_sums();

-- What a return waits for: the credit note of one invoice for units that are on their shelves.
create table godown.credit_note_due (
  tenant_id uuid not null, credit_note_due_id uuid not null, return_case_id uuid not null, invoice_id uuid not null,
  sale_order_id uuid not null, channel_id uuid not null, facility_id uuid not null,
  made_by text not null check (made_by in ('US', 'CHANNEL')),
  unit_ids uuid[] not null check (cardinality(unit_ids) >= 1),
  -- ASKING: the channel is asked until asking_until. WAITING: tried at next_attempt_at. FAILED: a person does something.
  -- IRN_PENDING: it is there and waits for its IRN.
  state text not null check (state in ('ASKING', 'WAITING', 'FAILED', 'IRN_PENDING', 'DONE')),
  asking_until timestamptz,
  attempts integer not null default 0 check (attempts >= 0),
  code text, facts jsonb not null default '{}', message text, -- the refusal of the last try, ours and in the channel's words
  exchange_id uuid,
  put_away_at timestamptz not null, -- from when it waits
  next_attempt_at timestamptz, settled_at timestamptz, updated_at timestamptz not null,
  credit_note_id uuid,
  primary key (tenant_id, credit_note_due_id),
  foreign key (tenant_id, return_case_id) references godown.return_case,
  foreign key (tenant_id, invoice_id) references godown.invoice,
  foreign key (tenant_id, sale_order_id) references godown.sale_order,
  foreign key (tenant_id, channel_id) references godown.channel,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, credit_note_id) references godown.credit_note,
  check ((state = 'ASKING') = (asking_until is not null)),
  check ((state = 'WAITING') = (next_attempt_at is not null)),
  check ((state = 'DONE') = (settled_at is not null)),
  check ((state in ('IRN_PENDING', 'DONE')) = (credit_note_id is not null))
);
create unique index credit_note_due_once on godown.credit_note_due (tenant_id, return_case_id, invoice_id) where state <> 'DONE';
create index credit_note_due_open on godown.credit_note_due (tenant_id, state, next_attempt_at) where state <> 'DONE';
create index credit_note_due_by_return on godown.credit_note_due (tenant_id, return_case_id);
create index credit_note_due_by_note on godown.credit_note_due (tenant_id, credit_note_id) where credit_note_id is not null;

-- Grades of what came back are told to channels that take them.
alter table godown.channel_notice drop constraint channel_notice_kind_check;
alter table godown.channel_notice add constraint channel_notice_kind_check check (kind in ('STATE', 'DISPATCH', 'CANCEL', 'REVERSE_STATE', 'ACKNOWLEDGE', 'GRADE', 'IRN'));
alter table godown.channel_notice add column return_case_id uuid;
alter table godown.channel_notice add foreign key (tenant_id, return_case_id) references godown.return_case;
alter table godown.channel_notice add check ((kind = 'GRADE') = (return_case_id is not null));
create index channel_notice_by_return on godown.channel_notice (tenant_id, return_case_id, seq) where return_case_id is not null;

call godown.raise_walls();
