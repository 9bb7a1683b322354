-- What is left of a source's limit for one of its slow operations. Shared by all processes, and kept over restarts: a call in
-- three minutes must not become two because another process makes it.
create table godown.source_bucket (
  tenant_id uuid not null, channel_id uuid not null,
  operation text not null, -- as the connector's requests name it
  tokens double precision not null, -- at filled_at; below 0 where the source said that nothing is left
  burst integer not null check (burst >= 1),
  rate double precision not null check (rate > 0),          -- tokens a second: the source's present word, or as declared
  declared_rate double precision not null check (declared_rate > 0), -- another declaration ends what the source said before
  filled_at timestamptz not null,
  primary key (tenant_id, channel_id, operation),
  foreign key (tenant_id, channel_id) references godown.channel on delete cascade,
  check (tokens <= burst)
);

call godown.raise_walls();
