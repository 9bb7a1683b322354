-- What a person is asked about has been heard too: how late counts in the measured lag of its channel.
drop index godown.channel_word_done;
create index channel_word_done on godown.channel_word (tenant_id, channel_id, settled_at desc) where outcome in ('ADOPTED', 'APPLIED', 'DOUBT');
