-- A day's reading goes by parts, open orders first: a channel with more orders than its limits allow questions a day still has its
-- open ones read. after_order is the place within the part, newest orders first.
alter table godown.status_reread add column part text not null default 'OPEN' check (part in ('OPEN', 'TRAVELLING', 'DELIVERED'));
-- Places of readings under way were kept oldest first. Walls stand for the owner too: they are lowered for this.
alter table godown.status_reread no force row level security;
update godown.status_reread set after_order = null where state = 'RUNNING';
alter table godown.status_reread force row level security;
