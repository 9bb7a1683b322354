-- Cycle counts: what lies on a shelf is counted without being told what is expected, and the books follow what was found.

-- The code of the cycle count that counts the shelf at this moment: nothing is picked from it and nothing put onto it meanwhile.
alter table godown.shelf add column counting text check (length(counting) between 1 and 45);
create index shelf_counting on godown.shelf (tenant_id, facility_id, shelf_id) where counting is not null;

create table godown.cycle_count (
  tenant_id uuid not null, cycle_count_id uuid not null, facility_id uuid not null, code text not null check (length(code) between 1 and 45),
  state text not null check (state in ('CREATED', 'IN_PROGRESS', 'CLOSED', 'CANCELLED')),
  target_on date not null, -- a day in the facility's zone
  note text check (length(note) between 1 and 255),
  created_at timestamptz not null, created_by text not null,
  started_at timestamptz, -- the first shelf was begun
  closed_at timestamptz, closed_by text,
  primary key (tenant_id, cycle_count_id),
  unique (tenant_id, code),
  foreign key (tenant_id, facility_id) references godown.facility,
  check ((state in ('CLOSED', 'CANCELLED')) = (closed_at is not null)),
  check ((closed_at is null) = (closed_by is null)),
  check (state not in ('IN_PROGRESS', 'CLOSED') or started_at is not null),
  check (state <> 'CREATED' or started_at is null)
);
create unique index cycle_count_one_active on godown.cycle_count (tenant_id, facility_id) where state in ('CREATED', 'IN_PROGRESS');
create index cycle_count_recent on godown.cycle_count (tenant_id, created_at desc);

-- Parts of a count that people share out among themselves: an aisle, a floor.
create table godown.cycle_sub_count (
  tenant_id uuid not null, cycle_count_id uuid not null, number integer not null check (number >= 1),
  name text not null check (length(name) between 1 and 100),
  created_at timestamptz not null,
  primary key (tenant_id, cycle_count_id, number),
  foreign key (tenant_id, cycle_count_id) references godown.cycle_count on delete cascade
);

create table godown.cycle_count_shelf (
  tenant_id uuid not null, cycle_count_id uuid not null, shelf_id uuid not null, sub_count integer not null,
  state text not null check (state in ('TO_COUNT', 'COUNTING', 'COUNTED', 'ACCEPTED')),
  round integer not null default 0 check (round >= 0), -- how often it was begun
  started_at timestamptz, counter_id uuid, counter text, -- who counts it, one person at a time
  counted_at timestamptz, accepted_at timestamptz, accepted_by text,
  primary key (tenant_id, cycle_count_id, shelf_id),
  foreign key (tenant_id, cycle_count_id, sub_count) references godown.cycle_sub_count,
  foreign key (tenant_id, shelf_id) references godown.shelf,
  check ((state = 'TO_COUNT') = (started_at is null)),
  check ((started_at is null) = (counter is null)),
  check ((state in ('COUNTED', 'ACCEPTED')) = (counted_at is not null)),
  check ((state = 'ACCEPTED') = (accepted_at is not null)),
  check ((accepted_at is null) = (accepted_by is null))
);
-- A shelf is counted for one count at a time, whatever becomes of the rule that a facility has one active count.
create unique index cycle_count_shelf_once on godown.cycle_count_shelf (tenant_id, shelf_id) where state in ('COUNTING', 'COUNTED');
create index cycle_count_shelf_last on godown.cycle_count_shelf (tenant_id, shelf_id, accepted_at desc) where accepted_at is not null;

-- What the books said when the shelf was begun, and what was found, by SKU and bucket.
create table godown.cycle_count_line (
  tenant_id uuid not null, cycle_count_id uuid not null, shelf_id uuid not null, sku_id uuid not null,
  -- not_found: pieces that pickers reported as missing from this shelf; a count settles them.
  bucket text not null check (bucket in ('good', 'bad', 'qc_rejected', 'not_found')),
  expected integer not null check (expected >= 0),
  counted integer not null check (counted >= 0),
  primary key (tenant_id, cycle_count_id, shelf_id, sku_id, bucket),
  foreign key (tenant_id, cycle_count_id, shelf_id) references godown.cycle_count_shelf on delete cascade,
  foreign key (tenant_id, sku_id) references godown.sku,
  check (bucket <> 'not_found' or counted = 0)
);

-- A piece is scanned by whatever code its label bears: the channel's too.
create index listing_by_channel_sku on godown.listing (tenant_id, channel_sku) where sku_id is not null;

call godown.raise_walls();
