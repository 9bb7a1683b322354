-- A source that says "too many" holds an operation back for everybody until then.
alter table godown.source_bucket add column held_until timestamptz;
