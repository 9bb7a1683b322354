-- Couriers for what customers send back: who is asked for a tracking number, and what couriers tell of it on its way.

-- The courier of a reverse pickup is wanted: by a person, or because the tenant has it done by rules.
create table godown.return_courier (
  tenant_id uuid not null, return_case_id uuid not null,
  -- WAITING: due at next_attempt_at. ASKING: a question is under way until asking_until. FAILED: a person repeats it, or what
  -- was in the way goes. DONE: it has its courier. DROPPED: none is wanted any more.
  state text not null check (state in ('WAITING', 'ASKING', 'FAILED', 'DONE', 'DROPPED')),
  wanted_provider_id uuid, -- a person chose it; null: by rules and lists
  provider_id uuid,        -- asked last
  asking_until timestamptz, next_attempt_at timestamptz, attempts integer not null default 0,
  code text, facts jsonb not null default '{}', words text, exchange_id uuid, -- what the last try came to
  wanted_at timestamptz not null, wanted_by text not null, updated_at timestamptz not null,
  primary key (tenant_id, return_case_id),
  foreign key (tenant_id, return_case_id) references godown.return_case on delete cascade,
  foreign key (tenant_id, wanted_provider_id) references godown.shipping_provider,
  foreign key (tenant_id, provider_id) references godown.shipping_provider,
  check ((state = 'ASKING') = (asking_until is not null)),
  check ((state = 'WAITING') = (next_attempt_at is not null)),
  check (state <> 'FAILED' or code is not null)
);
create index return_courier_due on godown.return_courier (tenant_id, coalesce(next_attempt_at, asking_until)) where state in ('WAITING', 'ASKING');
create index return_courier_failed on godown.return_courier (tenant_id, wanted_at) where state = 'FAILED';

-- Words of couriers about customers' returns, each once.
create table godown.return_tracking (
  tenant_id uuid not null, return_tracking_id uuid not null, return_case_id uuid not null,
  awb text not null, -- the number that it was said of: another courier may carry it later
  raw text not null, -- as the courier wrote it
  -- Null: nobody knows the word. src/shipping/courier-statuses.ts says what each means.
  meaning text check (meaning in ('RETURN_AWAITS_PICKUP', 'RETURN_PICKED_UP', 'RETURN_ON_ITS_WAY', 'RETURN_AT_SELLER', 'LOST', 'DAMAGED', 'NUMBER_GIVEN_BACK')),
  at timestamptz, heard_at timestamptz not null,
  via text not null check (via in ('COURIER_DETAILS', 'COURIER_PUSH')),
  place text, remark text,
  outcome text not null check (outcome in ('MOVED', 'NOTHING', 'DOUBT', 'UNKNOWN')),
  primary key (tenant_id, return_tracking_id),
  unique nulls not distinct (tenant_id, return_case_id, awb, raw, at),
  foreign key (tenant_id, return_case_id) references godown.return_case on delete cascade,
  check ((outcome = 'UNKNOWN') = (meaning is null))
);

-- When a courier was asked about a customer's return, and when it told of it unasked.
create table godown.return_watch (
  tenant_id uuid not null, return_case_id uuid not null,
  asked_at timestamptz, answered_at timestamptz, pushed_at timestamptz,
  resting boolean not null default false, -- here by the courier's word, lost or damaged: asked once a day
  unknown_since timestamptz, -- the courier says that it does not know the number
  expected_at timestamptz,
  primary key (tenant_id, return_case_id),
  foreign key (tenant_id, return_case_id) references godown.return_case on delete cascade
);
create index courier_waybill_of_returns on godown.courier_waybill (tenant_id, shipping_provider_id) where return_case_id is not null and state = 'GIVEN';

-- A push may be about a customer's return.
alter table godown.courier_push add column return_case_id uuid,
  add foreign key (tenant_id, return_case_id) references godown.return_case on delete cascade,
  drop constraint courier_push_check,
  add constraint courier_push_check check (outcome <> 'TAKEN' or shipping_package_id is not null or return_case_id is not null);

call godown.raise_walls();
