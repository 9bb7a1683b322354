-- Custom fields: what a seller wants to know of an order, a unit or a package besides what everybody knows, and tells partners.

create table godown.custom_field (
  tenant_id uuid not null, custom_field_id uuid not null,
  applies_to text not null check (applies_to in ('ORDER', 'ITEM', 'PACKAGE')),
  name text not null check (length(name) between 1 and 60 and name = btrim(name)), -- as it goes on the wire
  label text not null check (length(label) between 1 and 80),
  kind text not null check (kind in ('TEXT', 'WHOLE_NUMBER', 'DECIMAL', 'DATE', 'YES_NO', 'CHOICE')),
  choices text[] not null default '{}' check (cardinality(choices) <= 100),
  -- Offered no more; values that were chosen before stay good.
  retired_choices text[] not null default '{}' check (cardinality(retired_choices) <= 500),
  required boolean not null default false,
  default_value text check (length(default_value) between 1 and 500), -- stands wherever no value is written
  on_lists boolean not null default false,
  enabled boolean not null default true,
  created_at timestamptz not null, updated_at timestamptz not null,
  primary key (tenant_id, custom_field_id),
  check ((kind = 'CHOICE') = (cardinality(choices) > 0)),
  check (kind = 'CHOICE' or retired_choices = '{}')
);
-- One column of a file names one field: titles compare without regard to case, blanks and underscores.
create unique index custom_field_by_name on godown.custom_field (tenant_id, applies_to, lower(regexp_replace(name, '[\s_*]+', '', 'g')));

-- A value by its name, whether that is defined or not: what a channel gives is kept before anybody has defined it.
create table godown.custom_field_value (
  tenant_id uuid not null, sale_order_id uuid not null,
  applies_to text not null check (applies_to in ('ORDER', 'ITEM', 'PACKAGE')),
  sale_order_item_id uuid, shipping_package_id uuid,
  subject_id uuid not null generated always as (coalesce(sale_order_item_id, shipping_package_id, sale_order_id)) stored,
  name text not null check (length(name) between 1 and 100),
  value text check (length(value) between 1 and 2000), -- null: a person took it away, and a channel does not bring it back
  written_how text not null check (written_how in ('CHANNEL', 'FORM', 'CSV', 'SCREEN')),
  written_by text not null, written_at timestamptz not null,
  primary key (tenant_id, subject_id, name),
  foreign key (tenant_id, sale_order_id) references godown.sale_order on delete cascade,
  foreign key (tenant_id, sale_order_item_id) references godown.sale_order_item on delete cascade,
  foreign key (tenant_id, shipping_package_id) references godown.shipping_package on delete cascade,
  check ((applies_to = 'ITEM') = (sale_order_item_id is not null)),
  check ((applies_to = 'PACKAGE') = (shipping_package_id is not null)),
  check (value is not null or written_how <> 'CHANNEL')
);
create index custom_field_value_by_order on godown.custom_field_value (tenant_id, sale_order_id);
-- Whether a field has values, and which names nobody has defined.
create index custom_field_value_by_name on godown.custom_field_value (tenant_id, applies_to, name) where value is not null;

call godown.raise_walls();
