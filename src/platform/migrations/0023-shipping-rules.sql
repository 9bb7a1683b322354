-- Which courier takes which parcel: rules in an order that people give them, and the file of who serves what, with what priority.

create table godown.shipping_rule (
  tenant_id uuid not null references godown.tenant, shipping_rule_id uuid not null,
  facility_id uuid, -- null: of all facilities
  type text not null check (type in ('FORWARD', 'REVERSE')),
  name text not null check (length(name) between 1 and 100 and name = btrim(name)),
  condition text not null default '' check (length(condition) <= 2000), -- empty: always
  criteria text not null check (criteria in ('ALLOCATE', 'FORCE_ALLOCATE', 'NOT_ALLOCATE')),
  shipping_provider_id uuid not null,
  preference integer not null check (preference between 1 and 9999), -- 1 is looked at first
  enabled boolean not null default true,
  created_at timestamptz not null, updated_at timestamptz not null, updated_by text not null,
  primary key (tenant_id, shipping_rule_id),
  constraint shipping_rule_name unique nulls not distinct (tenant_id, facility_id, type, name),
  -- Checked at the end of a statement, not of each row: rules change places with each other.
  constraint shipping_rule_place unique nulls not distinct (tenant_id, facility_id, type, preference) deferrable initially immediate,
  foreign key (tenant_id, facility_id) references godown.facility,
  foreign key (tenant_id, shipping_provider_id) references godown.shipping_provider
);
create index shipping_rule_of_provider on godown.shipping_rule (tenant_id, shipping_provider_id);

-- A courier may collect cash at a pincode where it does not take prepaid parcels (the serviceability file has a row for each
-- method), and has a priority there by method: 1 is asked first, before every courier without one.
alter table godown.provider_pincode add column prepaid boolean not null default true,
  add column cod_priority integer check (cod_priority between 1 and 9999),
  add column prepaid_priority integer check (prepaid_priority between 1 and 9999);
-- A courier that goes everywhere may have a row with neither: there it does not.
alter table godown.provider_pincode add constraint provider_pincode_priority check ((cod or cod_priority is null) and (prepaid or prepaid_priority is null));

call godown.raise_walls();
