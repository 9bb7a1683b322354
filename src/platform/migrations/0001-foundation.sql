-- The ground: schema, application role, tenants, the directory of what can be known before a tenant is, identity, audit, work and documents.
-- The application works as godown_app in every transaction (SET LOCAL ROLE): a role that owns nothing and cannot bypass row security.

create schema godown;
do $$ begin
  if not exists (select from pg_roles where rolname = 'godown_app') then
    create role godown_app nologin nosuperuser nobypassrls nocreatedb nocreaterole;
  end if;
exception when duplicate_object or unique_violation then null; -- another database of this cluster was migrating at the same moment
end $$;
do $$ begin
  execute format('grant godown_app to %I', current_user);
exception when insufficient_privilege then null; -- an administrator made the role and granted it; the next lines prove it
end $$;
set local role godown_app;
reset role;
grant usage on schema godown to godown_app;
alter default privileges in schema godown grant select, insert, update, delete on tables to godown_app;
alter default privileges in schema godown grant usage on sequences to godown_app;

-- Tenant of this transaction; null where none is set, and then every walled table is empty.
create function godown.current_tenant() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('godown.tenant_id', true), '')::uuid $$;
-- What the caller presents before a tenant is known (hash of a token, user name or code).
create function godown.presented() returns bytea language sql stable parallel safe
  as $$ select decode(nullif(current_setting('godown.presented', true), ''), 'hex') $$;

-- Walls every table that has a tenant_id. Called at the end of each migration that makes tables.
create procedure godown.raise_walls() language plpgsql as $$
declare t record;
begin
  for t in
    select c.oid, c.relname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'godown'::regnamespace and c.relkind in ('r', 'p')
  loop
    execute format('alter table godown.%I enable row level security', t.relname);
    execute format('alter table godown.%I force row level security', t.relname);
    if not exists (select from pg_policy p where p.polrelid = t.oid and p.polname = 'tenant_wall') then
      execute format('create policy tenant_wall on godown.%I using (tenant_id = godown.current_tenant()) with check (tenant_id = godown.current_tenant())', t.relname);
    end if;
  end loop;
end $$;

create table godown.tenant (
  tenant_id uuid primary key,
  code text not null check (code ~ '^[a-z0-9][a-z0-9-]{1,40}$'),
  name text not null check (length(name) between 1 and 200),
  edition text not null check (edition in ('STANDARD', 'PROFESSIONAL', 'ENTERPRISE')),
  live boolean not null default false,
  -- A sandbox tenant may use the test GSTINs of the National Informatics Centre.
  sandbox boolean not null default false,
  settings jsonb not null default '{}',
  created_at timestamptz not null,
  live_at timestamptz,
  check (live = (live_at is not null))
);
-- Schedules run for every tenant and read this one table, and no other, across tenants.
create policy every_tenant_for_schedules on godown.tenant for select using (current_setting('godown.scope', true) = 'schedules');

-- Finds the tenant of a presented secret or name. Holds hashes only; a row is seen only by who presents its key.
-- Not walled by tenant (it is read before one is known); on a distributed engine it is a reference table.
create table godown.directory (
  kind text not null check (kind in ('TENANT_CODE', 'USERNAME', 'SESSION', 'ACCESS_TOKEN', 'REFRESH_TOKEN', 'ONE_TIME_LINK', 'PUSH_CREDENTIAL')),
  key_hash bytea not null check (length(key_hash) = 32),
  owner_tenant uuid not null references godown.tenant (tenant_id) on delete cascade,
  owner_row uuid not null,
  primary key (kind, key_hash)
);
alter table godown.directory enable row level security;
alter table godown.directory force row level security;
create policy presented_key on godown.directory for select using (key_hash = godown.presented() or owner_tenant = godown.current_tenant());
create policy own_rows_in on godown.directory for insert with check (owner_tenant = godown.current_tenant());
create policy own_rows_out on godown.directory for delete using (owner_tenant = godown.current_tenant());
create index directory_owner on godown.directory (owner_tenant, owner_row);

create table godown.app_user (
  tenant_id uuid not null references godown.tenant,
  user_id uuid not null,
  username text not null check (username = lower(username) and length(username) between 3 and 200),
  name text not null check (length(name) between 1 and 200),
  email text, phone text,
  password_hash text, -- argon2id; null until an invitation is accepted
  state text not null check (state in ('INVITED', 'ENABLED', 'DISABLED')),
  last_login_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, user_id),
  unique (tenant_id, username)
);

-- Wrong passwords by user name and by address, as hashes: counted before a tenant is known, so that a name nobody has is
-- locked exactly like one that somebody has. Holds no tenant's data, hence no wall; on a distributed engine a reference table.
create table godown.login_attempt (
  kind text not null check (kind in ('ADDRESS', 'USERNAME')),
  key_hash bytea not null check (length(key_hash) = 32),
  failures integer not null default 0 check (failures >= 0),
  last_failed_at timestamptz not null,
  locked_until timestamptz,
  primary key (kind, key_hash)
);
create index login_attempt_by_age on godown.login_attempt (last_failed_at);

-- A role given globally (facility_id null) or in one facility. The foreign key to facility comes with that table.
create table godown.user_role (
  tenant_id uuid not null, user_id uuid not null, role text not null, facility_id uuid,
  foreign key (tenant_id, user_id) references godown.app_user on delete cascade,
  unique nulls not distinct (tenant_id, user_id, role, facility_id)
);

create table godown.session (
  tenant_id uuid not null, session_id uuid not null, user_id uuid not null,
  csrf_token text not null,
  created_at timestamptz not null, last_seen_at timestamptz not null, expires_at timestamptz not null,
  client text,
  primary key (tenant_id, session_id),
  foreign key (tenant_id, user_id) references godown.app_user on delete cascade
);

create index session_of_user on godown.session (tenant_id, user_id);

-- A password grant, and the access tokens issued under it: its refresh token (directory) renews them until it expires.
create table godown.api_grant (
  tenant_id uuid not null, api_grant_id uuid not null, user_id uuid not null,
  issued_at timestamptz not null, expires_at timestamptz not null,
  primary key (tenant_id, api_grant_id),
  foreign key (tenant_id, user_id) references godown.app_user on delete cascade
);
create index api_grant_of_user on godown.api_grant (tenant_id, user_id, issued_at);
create table godown.api_token (
  tenant_id uuid not null, api_token_id uuid not null, api_grant_id uuid not null,
  issued_at timestamptz not null, expires_at timestamptz not null,
  primary key (tenant_id, api_token_id),
  foreign key (tenant_id, api_grant_id) references godown.api_grant on delete cascade
);
create index api_token_of_grant on godown.api_token (tenant_id, api_grant_id);

create table godown.one_time_link (
  tenant_id uuid not null, link_id uuid not null, user_id uuid not null,
  purpose text not null check (purpose in ('INVITATION', 'PASSWORD_RESET')),
  created_by uuid, created_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz,
  primary key (tenant_id, link_id),
  foreign key (tenant_id, user_id) references godown.app_user on delete cascade
);
create index one_time_link_of_user on godown.one_time_link (tenant_id, user_id);

-- Installation-wide first-run link: there is no tenant yet.
create table godown.first_run (
  one_row boolean primary key default true check (one_row),
  token_hash bytea not null, created_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz
);

-- Every change a person or a schedule makes: who, when, before, after.
create table godown.audit_event (
  tenant_id uuid not null references godown.tenant,
  audit_event_id uuid not null,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('USER', 'API', 'CHANNEL', 'SCHEDULE', 'SYSTEM')),
  actor_id uuid, actor_name text not null,
  action text not null, record_type text not null, record_id text not null, record_code text,
  before jsonb, after jsonb,
  request_id text,
  primary key (tenant_id, audit_event_id)
);
create index audit_event_by_record on godown.audit_event (tenant_id, record_type, record_id, at desc);
create index audit_event_by_time on godown.audit_event (tenant_id, at desc);

-- Long work (imports, bulk actions, sync runs started by hand): progress that a person can leave and find again.
create table godown.work (
  tenant_id uuid not null references godown.tenant,
  work_id uuid not null,
  kind text not null, title text not null,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'DONE', 'PARTIAL', 'FAILED')),
  total integer not null default 0 check (total >= 0),
  done integer not null default 0 check (done >= 0),
  failed integer not null default 0 check (failed >= 0),
  input jsonb not null default '{}',
  message text,
  document_id uuid,
  created_by uuid, created_at timestamptz not null, started_at timestamptz, finished_at timestamptz,
  primary key (tenant_id, work_id),
  check ((state in ('DONE', 'PARTIAL', 'FAILED')) = (finished_at is not null))
);
create index work_recent on godown.work (tenant_id, created_at desc);
create table godown.work_result (
  tenant_id uuid not null, work_id uuid not null, row_no integer not null,
  record_type text, record_id text, record_code text,
  outcome text not null check (outcome in ('DONE', 'UNCHANGED', 'FAILED')),
  code text, message text,
  primary key (tenant_id, work_id, row_no),
  foreign key (tenant_id, work_id) references godown.work on delete cascade
);

-- Content-addressed files: the bytes are in the document store, this says what they are.
create table godown.document (
  tenant_id uuid not null references godown.tenant,
  document_id uuid not null,
  sha256 bytea not null check (length(sha256) = 32),
  media_type text not null, file_name text not null, size_bytes bigint not null check (size_bytes >= 0),
  record_type text not null, record_id uuid not null,
  created_at timestamptz not null, expires_at timestamptz,
  primary key (tenant_id, document_id)
);

-- Human codes that need no law's consecutiveness (packages, manifests, putaways, manual orders).
create table godown.code_counter (
  tenant_id uuid not null references godown.tenant,
  kind text not null, prefix text not null, next_value bigint not null check (next_value > 0),
  primary key (tenant_id, kind)
);

-- What an operator must know now. One open row per thing; closed by itself when the cause goes away.
create table godown.alarm (
  tenant_id uuid not null references godown.tenant,
  alarm_id uuid not null,
  kind text not null, record_type text not null, record_id text not null,
  severity text not null check (severity in ('WARNING', 'CRITICAL')),
  message text not null, what_to_do text not null,
  facility_id uuid,
  raised_at timestamptz not null, last_seen_at timestamptz not null, cleared_at timestamptz,
  told_at timestamptz,
  primary key (tenant_id, alarm_id)
);
create unique index alarm_open on godown.alarm (tenant_id, kind, record_id) where cleared_at is null;

call godown.raise_walls();

-- Enqueues jobs for the application role, which has no other access to the queue's tables.
-- A waiting job with the same key is replaced, but keeps its time: a stream of changes cannot push the work away for ever.
-- All specs of one call have a run_at, or none has.
create function godown.enqueue_jobs(specs jsonb) returns void language plpgsql security definer set search_path = pg_catalog as $$
declare
  wanted graphile_worker.job_spec[];
  keep_time boolean;
  made text[];
begin
  select array_agg(row(s.name, s.payload, s.queue, s.run_at, s.attempts, s.key, s.priority, null)::graphile_worker.job_spec), bool_and(s.run_at is null)
    into wanted, keep_time
    from jsonb_to_recordset(specs) as s(name text, payload json, queue text, key text, attempts smallint, priority smallint, run_at timestamptz);
  -- A worker may take the waiting job of the same key between the two statements of add_jobs: then that key is silently
  -- left out, although the worker may not see what this transaction writes. It is asked for again, and is then a new job.
  for attempt in 1..10 loop
    select array_agg(j.key) filter (where j.key is not null) into made from graphile_worker.add_jobs(wanted, keep_time) as j;
    select array_agg(w) into wanted from unnest(wanted) as w where w.job_key is not null and w.job_key <> all (coalesce(made, '{}'));
    if wanted is null then return; end if;
  end loop;
  raise exception 'jobs could not be enqueued: %', (select string_agg(w.job_key, ', ') from unnest(wanted) as w);
end $$;
revoke all on function godown.enqueue_jobs(jsonb) from public;
grant execute on function godown.enqueue_jobs(jsonb) to godown_app;

-- What the queue holds of the current tenant (null: of work that belongs to none) and has given up on: for alarms.
create function godown.failed_jobs() returns table (name text, failed bigint, last_error text, last_at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
  select t.identifier, count(*), (array_agg(j.last_error order by j.updated_at desc))[1], max(j.updated_at)
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  where j.attempts >= j.max_attempts and j.locked_at is null and j.last_error is not null
    and (j.payload ->> 'tenantId') = godown.current_tenant()::text
  group by t.identifier
$$;
revoke all on function godown.failed_jobs() from public;
grant execute on function godown.failed_jobs() to godown_app;

-- A job that a newer one of its key replaced while it ran loses its key and its attempts. When it then fails, nothing is lost:
-- the newer one does its work. Such leftovers of the current tenant are no given-up work, and are removed. Answers how many.
create function godown.forget_replaced_jobs() returns bigint language sql volatile security definer set search_path = pg_catalog as $$
  with gone as (
    delete from graphile_worker._private_jobs j
    where j.key is null and (j.payload ->> 'keyed')::boolean and j.attempts >= j.max_attempts and j.locked_at is null
      and (j.payload ->> 'tenantId') = godown.current_tenant()::text
    returning 1)
  select count(*) from gone
$$;
revoke all on function godown.forget_replaced_jobs() from public;
grant execute on function godown.forget_replaced_jobs() to godown_app;

-- Gives the current tenant's given-up jobs of one name their attempts back. Answers how many there were.
create function godown.retry_failed_jobs(job_name text) returns bigint language sql volatile security definer set search_path = pg_catalog as $$
  select count(*) from graphile_worker.reschedule_jobs(array(
    select j.id from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = job_name and j.attempts >= j.max_attempts and j.locked_at is null
      and (j.payload ->> 'tenantId') = godown.current_tenant()::text), now(), null, 0, null)
$$;
revoke all on function godown.retry_failed_jobs(text) from public;
grant execute on function godown.retry_failed_jobs(text) to godown_app;

-- Numbers of the queue by job, over all tenants: for metrics. They tell nothing about what the jobs are about.
create function godown.queue_depth() returns table (name text, waiting bigint, running bigint, failed bigint, oldest_waiting_seconds double precision)
  language sql stable security definer set search_path = pg_catalog as $$
  select t.identifier,
    count(*) filter (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now()),
    count(*) filter (where j.locked_at is not null),
    count(*) filter (where j.locked_at is null and j.attempts >= j.max_attempts),
    coalesce(extract(epoch from now() - min(j.run_at) filter (where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now())), 0)::double precision
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  group by t.identifier
$$;
revoke all on function godown.queue_depth() from public;
grant execute on function godown.queue_depth() to godown_app;
