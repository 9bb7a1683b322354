import type { ExchangeRecord } from "../../connectors/kit/index.ts";
import { type Instant, newId } from "../kernel/index.ts";
import { json, sql, type Tx } from "../platform/db.ts";
import type { EInvoiceId } from "./lifecycle.ts";

export const EXCHANGES_KEPT_DAYS = 30;

/** Keeps what was said to and fro; gives the id of the last of it, null where nothing was said. */
export async function insertExchanges(
  tx: Tx,
  about: { readonly gstin: string; readonly eInvoiceId: EInvoiceId | null },
  records: readonly ExchangeRecord[],
): Promise<string | null> {
  if (records.length === 0) return null;
  const rows = records.map(({ startedMs, attempt: _, ...record }) => ({
    ...record,
    exchangeId: newId<"EInvoiceExchange">(),
    at: Temporal.Instant.fromEpochMilliseconds(Math.round(startedMs)).toString(),
    durationMs: Math.round(record.durationMs),
  }));
  await tx.run(sql`
    insert into godown.e_invoice_exchange (tenant_id, exchange_id, gstin, e_invoice_id, operation, at, duration_ms, method, url, request, status, response,
      outcome, message)
    select ${tx.tenantId}::uuid, e."exchangeId", ${about.gstin}, ${about.eInvoiceId}::uuid, e.operation, e.at, e."durationMs", e.method, e.url, e.request,
      e.status, e.response, e.outcome, e.message
    from jsonb_to_recordset(${json(JSON.parse(JSON.stringify(rows).replaceAll("\\u0000", "\\ufffd")))}) as e("exchangeId" uuid, operation text, at timestamptz,
      "durationMs" integer, method text, url text, request jsonb, status integer, response jsonb, outcome text, message text)`);
  return rows.at(-1)?.exchangeId ?? null;
}

/** A bounded share of what is older than the days they are kept. */
export function deleteOldExchanges(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.e_invoice_exchange where tenant_id = ${tx.tenantId} and exchange_id in (
      select exchange_id from godown.e_invoice_exchange where tenant_id = ${tx.tenantId} and at < ${before} order by at limit ${limit})`);
}
