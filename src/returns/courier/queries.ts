import type { Instant } from "../../kernel/index.ts";
import { sql, type Tx } from "../../platform/db.ts";
import type { ReturnMeaning, WaybillState } from "../../shipping/index.ts";
import type { ReturnCaseId } from "../return-case.ts";
import type { ReturnWordOutcome } from "./tracking.store.ts";

/** A number that a courier gave for a return, or was asked for, with what it is to be told of it. */
export interface NumberRow {
  readonly courier: string;
  readonly awb: string | null;
  readonly state: WaybillState;
  readonly carrier: string | null;
  readonly subjectCode: string;
  readonly words: string | null;
  readonly choice: unknown;
  readonly labelUrl: string | null;
  readonly trackingUrl: string | null;
  readonly askedAt: Instant;
  readonly askedBy: string;
  readonly exchangeId: string | null;
  /** Of telling the courier that it is not used. */
  readonly tellingId: string | null;
  readonly telling: string | null;
  readonly tellingWords: string | null;
}

/** Numbers of a return, the newest first. */
export function numbersOfReturn(tx: Tx, id: ReturnCaseId): Promise<NumberRow[]> {
  return tx.run(sql<NumberRow>`
    select v.code as courier, w.awb, w.state, w.carrier, w.subject_code as "subjectCode", w.words, w.choice, w.label_url as "labelUrl",
      case when w.awb is not null then replace(v.tracking_url_template, '{awb}', w.awb) end as "trackingUrl", w.asked_at as "askedAt", w.asked_by as "askedBy",
      w.exchange_id as "exchangeId", t.courier_telling_id as "tellingId", t.state as telling, t.words as "tellingWords"
    from godown.courier_waybill w join godown.shipping_provider v using (tenant_id, shipping_provider_id)
    left join godown.courier_telling t on t.tenant_id = w.tenant_id and t.courier_waybill_id = w.courier_waybill_id and t.kind = 'CANCEL'
    where w.tenant_id = ${tx.tenantId} and w.return_case_id = ${id} order by w.asked_at desc, w.courier_waybill_id desc`);
}

/** A word of a courier about a return. */
export interface WordRow {
  readonly awb: string;
  readonly raw: string;
  readonly meaning: ReturnMeaning | null;
  readonly at: Instant | null;
  readonly heardAt: Instant;
  readonly via: "COURIER_DETAILS" | "COURIER_PUSH";
  readonly place: string | null;
  readonly remark: string | null;
  readonly outcome: ReturnWordOutcome;
}

const WORDS_MAX = 200;

/** Words about a return, the latest first. */
export function wordsOfReturn(tx: Tx, id: ReturnCaseId): Promise<WordRow[]> {
  return tx.run(sql<WordRow>`
    select awb, raw, meaning, at, heard_at as "heardAt", via, place, remark, outcome from godown.return_tracking
    where tenant_id = ${tx.tenantId} and return_case_id = ${id} order by coalesce(at, heard_at) desc, return_tracking_id desc limit ${WORDS_MAX}`);
}

export interface WatchRow {
  readonly askedAt: Instant | null;
  readonly pushedAt: Instant | null;
  readonly unknownSince: Instant | null;
  readonly expectedAt: Instant | null;
}

export function watchOfReturn(tx: Tx, id: ReturnCaseId): Promise<WatchRow | undefined> {
  return tx.first(sql<WatchRow>`
    select asked_at as "askedAt", pushed_at as "pushedAt", unknown_since as "unknownSince", expected_at as "expectedAt" from godown.return_watch
    where tenant_id = ${tx.tenantId} and return_case_id = ${id}`);
}

/** Exchanges with couriers about a return, the newest first. */
export interface CourierExchangeShort {
  readonly exchangeId: string;
  readonly courier: string;
  readonly at: Instant;
  readonly operation: string;
  readonly outcome: string;
  readonly message: string | null;
}

const EXCHANGES_MAX = 30;

export function courierExchangesOf(tx: Tx, id: ReturnCaseId): Promise<CourierExchangeShort[]> {
  return tx.run(sql<CourierExchangeShort>`
    select e.exchange_id as "exchangeId", v.code as courier, e.at, e.operation, e.outcome, e.message
    from godown.courier_exchange e join godown.shipping_provider v using (tenant_id, shipping_provider_id)
    where e.tenant_id = ${tx.tenantId} and e.return_case_id = ${id} order by e.at desc, e.exchange_id desc limit ${EXCHANGES_MAX}`);
}
