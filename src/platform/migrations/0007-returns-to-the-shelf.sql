-- Goods come in by more ways than one: causes of the ledger, and what brought a unit that waits for its shelf.

alter table godown.stock_ledger drop constraint stock_ledger_cause_check;
alter table godown.stock_ledger add constraint stock_ledger_cause_check
  check (cause in ('ADJUST_ADD', 'ADJUST_REMOVE', 'ADJUST_REPLACE', 'ADJUST_TRANSFER', 'ALLOCATE', 'RELEASE', 'DISPATCH', 'CANCEL_TO_PUTAWAY', 'PUTAWAY', 'SHORTAGE', 'KEEP_FOR_REVIEW', 'REVIEW_OVER',
    'RECEIVE_RETURN', 'GOODS_RECEIVED', 'GATEPASS_OUT', 'GATEPASS_BACK', 'CYCLE_COUNT', 'SHELF_TRANSFER'));

alter table godown.putaway_item add column source_id uuid, add column note text;
create index putaway_item_by_source on godown.putaway_item (tenant_id, source_id) where source_id is not null;
