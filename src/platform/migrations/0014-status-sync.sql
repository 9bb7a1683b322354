-- Statuses that channels tell: what was heard and what became of it, how often they are asked, how parcels travel.

-- A word of a channel about one of its lines that was news here. Kept, so that lag is measured, a word that is told again
-- changes nothing, and one that cannot be made true yet is applied later without asking the channel again.
create table godown.channel_word (
  tenant_id uuid not null, channel_word_id uuid not null, channel_id uuid not null,
  channel_order_id text not null, channel_order_item_id text not null,
  status text not null check (status in ('CANCELLED', 'DISPATCHED', 'DELIVERED', 'RETURNED', 'RTO', 'CIR')),
  quantity integer not null default 0 check (quantity >= 0), -- units it is about; 0: all of the line
  channel_return_id text not null default '', -- each of the channel's returns is a word of its own
  sale_order_id uuid, -- null while its order is not here
  raw text not null,  -- in the channel's spelling
  word jsonb not null, -- the line as it was reported, with the order's parcels
  via text not null check (via in ('FEED', 'READ', 'ORDERS', 'REREAD', 'PERSON')),
  changed_at timestamptz,             -- when it became so there; null: the channel does not say
  changed_after timestamptz not null, -- it was not so before: when the channel was asked last before it said this
  heard_at timestamptz not null,
  -- WAITING: not applied yet; code says for what it waits, null: it has just been heard. ADOPTED: done there, and here because
  -- of it. APPLIED: ended something that began here. KNOWN: was so already. DOUBT: a person is asked. NOT_SYNCED: changes nothing.
  outcome text not null check (outcome in ('WAITING', 'ADOPTED', 'APPLIED', 'KNOWN', 'DOUBT', 'NOT_SYNCED')),
  code text, facts jsonb not null default '{}',
  attempts integer not null default 0 check (attempts >= 0), next_attempt_at timestamptz,
  settled_at timestamptz,
  primary key (tenant_id, channel_word_id),
  unique (tenant_id, channel_id, channel_order_id, channel_order_item_id, status, quantity, channel_return_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade,
  check ((outcome = 'WAITING') = (next_attempt_at is not null)),
  check ((outcome = 'WAITING') = (settled_at is null)),
  check (outcome not in ('DOUBT', 'NOT_SYNCED') or code is not null),
  check (outcome not in ('ADOPTED', 'APPLIED') or (code is null and sale_order_id is not null))
);
create index channel_word_waiting on godown.channel_word (tenant_id, next_attempt_at) where outcome = 'WAITING';
create index channel_word_done on godown.channel_word (tenant_id, channel_id, settled_at desc) where outcome in ('ADOPTED', 'APPLIED');
create index channel_word_recent on godown.channel_word (tenant_id, heard_at desc);
create index channel_word_by_order on godown.channel_word (tenant_id, sale_order_id) where sale_order_id is not null;
create index channel_word_settled on godown.channel_word (tenant_id, settled_at) where settled_at is not null;

-- Once a day all orders that may still change are read again by their ids: what the lists did not tell is corrected.
create table godown.status_reread (
  tenant_id uuid not null, status_reread_id uuid not null, channel_id uuid not null,
  day date not null,
  state text not null check (state in ('RUNNING', 'DONE', 'PARTIAL', 'FAILED')),
  after_order uuid, -- read up to here, in the order of our ids
  asked integer not null default 0 check (asked >= 0),
  corrected integer not null default 0 check (corrected >= 0), -- words that were news
  failed integer not null default 0 check (failed >= 0),
  message text,
  started_at timestamptz not null, finished_at timestamptz,
  primary key (tenant_id, status_reread_id),
  unique (tenant_id, channel_id, day),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  check ((state = 'RUNNING') = (finished_at is null))
);

-- How often a sync is asked for: seconds of the source's limits (or of time) that its last run took; slower where a person wants it.
alter table godown.sync_state add column cost_seconds integer not null default 0 check (cost_seconds >= 0);
alter table godown.channel add column sync_every_minutes integer check (sync_every_minutes between 1 and 10);
create index exchange_by_run on godown.exchange (tenant_id, sync_run_id) where sync_run_id is not null;

-- What couriers say of a package, by whichever way it was heard. Heard again it adds nothing.
create table godown.package_tracking (
  tenant_id uuid not null, package_tracking_id uuid not null, shipping_package_id uuid not null,
  raw text not null, -- in the spelling of who told it
  meaning text check (meaning in ('PICKED_UP', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERY_FAILED', 'DELIVERED', 'RTO_STARTED', 'RTO_DELIVERED', 'LOST', 'DAMAGED', 'AWAITING_PICKUP', 'NUMBER_GIVEN_BACK')), -- null: nobody knows the word
  at timestamptz, -- when it happened; null: nobody said
  heard_at timestamptz not null,
  via text not null check (via in ('STATUS', 'COURIER_DETAILS', 'COURIER_PUSH')),
  applied boolean not null default false, -- what it does to the package was looked at; not before the package left from here
  primary key (tenant_id, package_tracking_id),
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package on delete cascade
);
create index package_tracking_due on godown.package_tracking (tenant_id, shipping_package_id) where not applied;
create unique index package_tracking_once on godown.package_tracking (tenant_id, shipping_package_id, raw, at) nulls not distinct;

call godown.raise_walls();
