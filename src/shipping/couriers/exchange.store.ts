import type { ExchangeRecord } from "../../../connectors/kit/index.ts";
import type { Id, Instant, ManifestId, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import { newId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../provider.ts";

export const EXCHANGES_KEPT_DAYS = 30;

export type CourierExchangeId = Id<"CourierExchange">;

/** What an exchange was about. */
export interface CourierLinks {
  readonly saleOrderId?: SaleOrderId;
  readonly shippingPackageId?: ShippingPackageId;
  readonly returnCaseId?: Id<"ReturnCase">;
  readonly manifestId?: ManifestId;
}

/** An exchange with the moment at which it began. */
export interface KeptExchange extends Omit<ExchangeRecord, "startedMs"> {
  readonly at: Instant;
}

/** Keeps what was said to and fro. @returns the id of the last of it, or null where nothing was said */
export async function insertExchanges(
  tx: Tx,
  providerId: ShippingProviderId,
  records: readonly KeptExchange[],
  links: CourierLinks,
): Promise<CourierExchangeId | null> {
  if (records.length === 0) return null;
  const rows = records.map((record) => ({ ...record, exchangeId: newId<"CourierExchange">() }));
  // A courier may say a NUL, and jsonb has no room for one.
  const plain = JSON.parse(JSON.stringify(rows).replaceAll("\\u0000", "\\ufffd"));
  await tx.run(sql`
    insert into godown.courier_exchange (tenant_id, exchange_id, shipping_provider_id, operation, at, duration_ms, method, url, request, status, response, outcome, message,
      attempt, sale_order_id, shipping_package_id, return_case_id, manifest_id)
    select ${tx.tenantId}::uuid, e."exchangeId", ${providerId}::uuid, e.operation, e.at, e."durationMs", e.method, e.url, e.request, e.status, e.response, e.outcome, e.message,
      e.attempt, ${links.saleOrderId ?? null}::uuid, ${links.shippingPackageId ?? null}::uuid, ${links.returnCaseId ?? null}::uuid, ${links.manifestId ?? null}::uuid
    from jsonb_to_recordset(${json(plain)}) as e("exchangeId" uuid, operation text, at timestamptz, "durationMs" integer, method text, url text, request jsonb, status integer,
      response jsonb, outcome text, message text, attempt integer)`);
  return rows.at(-1)?.exchangeId ?? null;
}

/** A bounded share of what is older than the days they are kept. */
export function deleteOldExchanges(tx: Tx, before: Instant, limit: number): Promise<number> {
  return tx.count(sql`
    delete from godown.courier_exchange where tenant_id = ${tx.tenantId} and exchange_id in (
      select exchange_id from godown.courier_exchange where tenant_id = ${tx.tenantId} and at < ${before} order by at limit ${limit})`);
}
