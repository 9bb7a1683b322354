-- Goods come in by more ways than one: causes of the ledger, and what brought a unit that waits for its shelf.

alter table godown.stock_ledger drop constraint stock_ledger_cause_check;
alter table godown.stock_ledger add constraint stock_ledger_cause_check
  check (cause in ('ADJUST_ADD', 'ADJUST_REMOVE', 'ADJUST_REPLACE', 'ADJUST_TRANSFER', 'ALLOCATE', 'RELEASE', 'DISPATCH', 'CANCEL_TO_PUTAWAY', 'PUTAWAY', 'SHORTAGE', 'KEEP_FOR_REVIEW', 'REVIEW_OVER',
    'RECEIVE_RETURN', 'GOODS_RECEIVED', 'GATEPASS_OUT', 'GATEPASS_BACK', 'CYCLE_COUNT', 'SHELF_TRANSFER'));

alter table godown.putaway_item add column source_id uuid, add column note text;
create index putaway_item_by_source on godown.putaway_item (tenant_id, source_id) where source_id is not null;

-- Where goods are put: shelves have a size and lie in sections of their facility (behaviours 7.3).
create table godown.shelf_type (
  tenant_id uuid not null references godown.tenant, shelf_type_id uuid not null,
  code text not null check (length(code) between 1 and 45),
  length_mm integer not null check (length_mm > 0), width_mm integer not null check (width_mm > 0), height_mm integer not null check (height_mm > 0),
  capacity integer check (capacity > 0), -- units; null: as many as one likes
  created_at timestamptz not null,
  primary key (tenant_id, shelf_type_id),
  unique (tenant_id, code)
);
alter table godown.shelf add column section text check (length(section) between 1 and 45), add column shelf_type_id uuid;
alter table godown.shelf add foreign key (tenant_id, shelf_type_id) references godown.shelf_type;
create index shelf_by_type on godown.shelf (tenant_id, shelf_type_id) where shelf_type_id is not null;
-- The least part of a SKU's units that is put on a shelf of its own; null: all of them lie on one shelf.
alter table godown.facility add column auto_putaway_split_percent integer check (auto_putaway_split_percent between 1 and 100);

alter table godown.putaway add column note text;
alter table godown.putaway add unique (tenant_id, putaway_id, kind, facility_id);
alter table godown.putaway_item
  add column proposed_grade text check (proposed_grade in ('good', 'bad', 'qc_rejected')), -- what was known before it was on a list
  add column told_grade text check (told_grade in ('good', 'bad', 'qc_rejected')), -- the grade that other modules were told last
  add column shelf_chosen boolean not null default false, -- by a person: a suggestion does not replace it
  add column source_shelf_id uuid; -- the shelf that a unit of a shelf transfer was taken off
alter table godown.putaway_item add foreign key (tenant_id, source_shelf_id) references godown.shelf;
-- A list is of one kind and one facility.
alter table godown.putaway_item add foreign key (tenant_id, putaway_id, kind, facility_id) references godown.putaway (tenant_id, putaway_id, kind, facility_id);
alter table godown.putaway_item add check ((kind = 'PUTAWAY_SHELF_TRANSFER') = (source_shelf_id is not null));
alter table godown.putaway_item add check (completed_at is null or (grade is not null and shelf_id is not null));
-- Units that lists are about to put on a shelf take its room already.
create index putaway_item_by_shelf on godown.putaway_item (tenant_id, shelf_id) where completed_at is null and shelf_id is not null;

call godown.raise_walls();
