import { expect } from "vitest";
import { operation } from "../../contract/validators.ts";
import { onBusinessEvents } from "../../src/events/index.ts";
import { type ChannelId, type FacilityId, newId, type TenantId } from "../../src/kernel/index.ts";
import { OPERATION_OF } from "../../src/partners/events/checked-body.ts";
import {
  PARTNER_EVENTS,
  type PartnerEvent,
  type PartnerId,
  tellPartners,
  tellPartnersLater,
} from "../../src/partners/index.ts";
import { sql } from "../../src/platform/db.ts";
import { next } from "./builders.ts";
import { TEST_MORNING, type TestDatabase } from "./database.ts";

/** From here on what happens is put into words for partners, as in the running application. */
export function listen(): void {
  onBusinessEvents(tellPartners, tellPartnersLater);
}

/** An enabled partner with a key that never changes, told of everything unless said otherwise. */
export async function aPartner(
  t: Pick<TestDatabase, "db" | "services">,
  tenantId: TenantId,
  over: {
    events?: readonly PartnerEvent[];
    channelIds?: readonly ChannelId[];
    facilityIds?: readonly FacilityId[];
    baseUrl?: string;
    enabled?: boolean;
  } = {},
): Promise<PartnerId> {
  const partnerId = newId<"Partner">();
  const code = `PARTNER_${next()}`;
  await t.db.transaction(tenantId, async (tx) => {
    await tx.run(sql`
      insert into godown.partner (tenant_id, partner_id, code, name, base_url, auth, header_name, sealed, secret_set_at, secret_set_by, events, enabled, created_at, updated_at)
      values (${tenantId}, ${partnerId}, ${code}, ${code}, ${over.baseUrl ?? "https://partner.example.com"}, 'STATIC_HEADER', 'Authorization', ${Buffer.from("sealed")},
        ${TEST_MORNING}, 'test', ${over.events ?? PARTNER_EVENTS}::text[], ${over.enabled ?? true}, ${TEST_MORNING}, ${TEST_MORNING})`);
    await tx.run(sql`insert into godown.partner_line (tenant_id, partner_id) values (${tenantId}, ${partnerId})`);
    for (const channelId of over.channelIds ?? [])
      await tx.run(
        sql`insert into godown.partner_channel (tenant_id, partner_id, channel_id) values (${tenantId}, ${partnerId}, ${channelId})`,
      );
    for (const facilityId of over.facilityIds ?? [])
      await tx.run(
        sql`insert into godown.partner_facility (tenant_id, partner_id, facility_id) values (${tenantId}, ${partnerId}, ${facilityId})`,
      );
  });
  return partnerId;
}

/** A delivery as it stands in the queue. */
export interface Queued {
  readonly partnerId: PartnerId;
  readonly event: PartnerEvent;
  readonly lane: string;
  readonly key: string;
  readonly subject: string;
  readonly state: string;
  readonly message: string | null;
  readonly happenedAt: Temporal.Instant;
  readonly body: Record<string, unknown>;
}

/** What is queued for the partners of a tenant, in the order in which it goes. */
export function queuedFor(t: Pick<TestDatabase, "db">, tenantId: TenantId, partnerId?: PartnerId): Promise<Queued[]> {
  return t.db.read(tenantId, (tx) =>
    tx.run(sql<Queued>`
      select partner_id as "partnerId", event, lane, dedupe_key as key, subject, state, last_message as message, happened_at as "happenedAt", body
      from godown.partner_delivery where tenant_id = ${tenantId} and (${partnerId ?? null}::uuid is null or partner_id = ${partnerId ?? null}) order by position`),
  );
}

/** In short: the calls in their order. */
export async function callsFor(
  t: Pick<TestDatabase, "db">,
  tenantId: TenantId,
  partnerId?: PartnerId,
): Promise<string[]> {
  return (await queuedFor(t, tenantId, partnerId)).map((each) => each.event);
}

/** What is queued keeps to the contract, each by the operation of its own call, and none of it was kept back. */
export function expectToTheLetter(deliveries: readonly Queued[]): void {
  for (const { event, body, state, message } of deliveries) {
    expect([event, state, message]).toEqual([event, "PENDING", null]);
    const checked = operation("partner-notifications", OPERATION_OF[event]).body(body);
    expect(checked.ok ? [] : [event, checked.errors]).toEqual([]);
  }
}

/** What a list must have. */
export function one<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("there is one");
  return value;
}
