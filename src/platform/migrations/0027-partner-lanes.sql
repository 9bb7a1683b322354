-- The first of a lane is looked up in the lane's own index, whatever the planner believes about a table that has just filled: it alone
-- stands for "not settled" (which is what PENDING is, by the table's CHECK), and the index of what waits is no candidate.
drop index godown.partner_delivery_lane;
create index partner_delivery_lane on godown.partner_delivery (tenant_id, partner_id, lane, position) where settled_at is null;
