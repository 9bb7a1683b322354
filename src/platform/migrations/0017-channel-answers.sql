-- What channels answer later than they are told, and what their orders say of time.

-- From when the channel lets an order be processed: it is on hold until then.
alter table godown.sale_order add column actionable_from timestamptz;
create index sale_order_to_release on godown.sale_order (tenant_id, actionable_from) where on_hold and actionable_from is not null;
-- When the channel changed the order last, by its own clock: what shows it as it was before is passed over.
alter table godown.intake add column channel_changed_at timestamptz;

-- A cancellation that the channel has taken and judges later: it is looked at again at next_look_at, and never sent twice.
alter table godown.channel_notice add column taken_at timestamptz, add column next_look_at timestamptz;
alter table godown.channel_notice add check (taken_at is null or kind = 'CANCEL');
alter table godown.channel_notice add check (next_look_at is null or (taken_at is not null and state = 'UNKNOWN'));
create index channel_notice_to_look_at on godown.channel_notice (tenant_id, next_look_at) where next_look_at is not null;

-- The channel has the package as packed: asked again for its invoice it is not told again.
alter table godown.package_step add column packed_at timestamptz;
alter table godown.package_step add check (packed_at is null or step = 'INVOICE');

-- Figures that a channel has taken and judges later. A listing that was told something after is not judged by it.
create table godown.stock_ticket (
  tenant_id uuid not null, stock_ticket_id uuid not null, channel_id uuid not null,
  seq bigint generated always as identity,
  ticket text not null, -- what the channel is asked with
  lines jsonb not null check (jsonb_typeof(lines) = 'array'), -- as told: listing, key there, warehouse, facility, quantity
  state text not null check (state in ('OPEN', 'JUDGED', 'GIVEN_UP')),
  taken_at timestamptz not null, -- the moment that stands on the listings as told
  looks integer not null default 0 check (looks >= 0),
  next_look_at timestamptz, settled_at timestamptz, message text,
  primary key (tenant_id, stock_ticket_id),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  check ((state = 'OPEN') = (next_look_at is not null)),
  check ((state = 'OPEN') = (settled_at is null))
);
create index stock_ticket_open on godown.stock_ticket (tenant_id, next_look_at, channel_id) where state = 'OPEN';
create index stock_ticket_given_up on godown.stock_ticket (tenant_id, channel_id, settled_at) where state = 'GIVEN_UP';
create index stock_ticket_settled on godown.stock_ticket (tenant_id, settled_at) where state <> 'OPEN';

call godown.raise_walls();
