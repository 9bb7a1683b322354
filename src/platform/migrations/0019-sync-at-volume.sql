-- What is asked about each minute is found without reading all orders that ever were; answers that brought nothing new take little room.

-- Open orders of a channel in id order: asked about by their ids each minute where a source has no list of changes.
create index sale_order_open_by_channel on godown.sale_order (tenant_id, channel_id, sale_order_id) where state in ('PENDING_VERIFICATION', 'CREATED', 'PROCESSING');

-- One answer that brought nothing new stands for all such answers to its operation within the hour: so many, since that moment.
-- Null: an exchange like any other.
alter table godown.exchange add column quiet_count integer check (quiet_count >= 1);
alter table godown.exchange add column quiet_since timestamptz;
alter table godown.exchange add check ((quiet_count is null) = (quiet_since is null));
create index exchange_quiet on godown.exchange (tenant_id, channel_id, operation, at) where quiet_count is not null;
