-- The marketplace keeps the listing's goods in a warehouse of its own and counts them itself (Amazon's FBA, Flipkart's FBF): no
-- figure is told of it. Its word, given with the catalogue, as `live` is; nobody here sets it.
alter table godown.listing add column stock_at_channel boolean not null default false;
