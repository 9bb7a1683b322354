-- Access that a seller gives on a marketplace's own page, and addresses at which a marketplace wakes us.

alter table godown.directory drop constraint directory_kind_check;
alter table godown.directory add constraint directory_kind_check check (kind in ('TENANT_CODE', 'USERNAME', 'SESSION', 'ACCESS_TOKEN', 'REFRESH_TOKEN', 'ONE_TIME_LINK', 'PUSH_CREDENTIAL', 'CHANNEL_HOOK'));

-- Somebody was sent to the marketplace's page; what comes back is taken once, and only with the state that was sent along.
create table godown.channel_consent (
  tenant_id uuid not null, channel_consent_id uuid not null, channel_id uuid not null,
  state_hash bytea not null check (length(state_hash) = 32),
  asked_at timestamptz not null, asked_by text not null,
  expires_at timestamptz not null check (expires_at > asked_at),
  used_at timestamptz,
  primary key (tenant_id, channel_consent_id),
  unique (tenant_id, state_hash),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);

-- The address of a channel's wake-ups; the hash of its key is in the directory.
create table godown.channel_hook (
  tenant_id uuid not null, channel_hook_id uuid not null, channel_id uuid not null,
  sealed bytea not null, -- the key, to be shown again
  created_at timestamptz not null, created_by text not null,
  last_used_at timestamptz,
  primary key (tenant_id, channel_hook_id),
  unique (tenant_id, channel_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade
);

-- A push that says no more than "look". Kept before it is answered; the same push again is the same row.
create table godown.wake_up (
  tenant_id uuid not null, wake_up_id uuid not null, channel_id uuid not null,
  key text not null check (length(key) between 1 and 500),
  kind text not null check (kind in ('LOOK', 'CONFIRM', 'NOTHING')),
  order_ids text[] not null default '{}' check (cardinality(order_ids) <= 1000),
  url text,
  times integer not null default 1 check (times >= 1),
  received_at timestamptz not null, last_received_at timestamptz not null,
  handled_at timestamptz,
  primary key (tenant_id, wake_up_id),
  unique (tenant_id, channel_id, key),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  check ((kind = 'CONFIRM') = (url is not null)),
  check (kind <> 'NOTHING' or handled_at is not null)
);
create index wake_up_open on godown.wake_up (tenant_id, channel_id, received_at) where handled_at is null;
create index wake_up_old on godown.wake_up (tenant_id, received_at);

call godown.raise_walls();
