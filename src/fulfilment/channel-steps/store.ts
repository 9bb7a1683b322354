import type { ChannelCourier } from "../../../connectors/kit/index.ts";
import type { ExchangeId } from "../../channels/index.ts";
import type { ChannelId, Facts, Instant, Refusal, SaleOrderId, ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { CourierExchangeId, ShippingProviderId } from "../../shipping/index.ts";
import type { ChannelStep, StepState } from "./channel-step.ts";

/** The right to ask the channel for a step of a package, until a moment. Its `until` tells it from a later one. */
export interface Claim {
  readonly shippingPackageId: ShippingPackageId;
  readonly step: ChannelStep;
  readonly until: Instant;
  /** Tries since a person asked for it, with this one. */
  readonly attempts: number;
  readonly thenLabel: boolean;
  /** What the last try came to, while it did not come to an end. */
  readonly code: string | null;
  readonly words: string | null;
  readonly shipmentTried: boolean;
  readonly shipmentGiven: boolean;
  /** The channel has the package as packed. */
  readonly packed: boolean;
  /** The courier that was asked for the label last, where it was one. */
  readonly providerId: ShippingProviderId | null;
}

const isClaim = (claim: Pick<Claim, "shippingPackageId" | "step" | "until">, tx: Tx) => sql`
  tenant_id = ${tx.tenantId} and shipping_package_id = ${claim.shippingPackageId} and step = ${claim.step}
  and state = 'ASKING' and asking_until = ${claim.until}`;

/**
 * Claims a step of a package whose row is locked. Undefined: somebody is asking at this moment, or it is done. A claim
 * whose time is over belonged to a process that ended.
 */
export function claimStep(
  tx: Tx,
  wanted: {
    shippingPackageId: ShippingPackageId;
    step: ChannelStep;
    until: Instant;
    by: string;
    thenLabel: boolean;
    /** A person asks: tries are counted from here. */
    anew: boolean;
  },
  at: Instant,
): Promise<Claim | undefined> {
  const { shippingPackageId, step, until, by, thenLabel, anew } = wanted;
  return tx.first(sql<Claim>`
    insert into godown.package_step as s (tenant_id, shipping_package_id, step, state, asking_until, attempts, requested_by, requested_at, then_label, updated_at)
    values (${tx.tenantId}, ${shippingPackageId}, ${step}, 'ASKING', ${until}, 1, ${by}, ${at}, ${thenLabel}, ${at})
    on conflict (tenant_id, shipping_package_id, step) do update set state = 'ASKING', asking_until = excluded.asking_until, next_attempt_at = null, settled_at = null,
      attempts = case when ${anew} then 1 else s.attempts + 1 end, then_label = s.then_label or excluded.then_label, updated_at = excluded.updated_at,
      requested_by = case when ${anew} then excluded.requested_by else s.requested_by end, requested_at = case when ${anew} then excluded.requested_at else s.requested_at end
    where s.state in ('WAITING', 'FAILED') or (s.state = 'ASKING' and s.asking_until <= ${at})
    returning shipping_package_id as "shippingPackageId", step, asking_until as until, attempts, then_label as "thenLabel", code, message as words,
      shipment_tried_at is not null as "shipmentTried", shipment_given_at is not null as "shipmentGiven", packed_at is not null as packed, shipping_provider_id as "providerId"`);
}

/** Makes a claim last longer. Undefined: it is somebody else's by now. */
export function extendClaim(tx: Tx, claim: Claim, until: Instant, at: Instant): Promise<Claim | undefined> {
  return tx.first(sql<Claim>`
    update godown.package_step set asking_until = ${until}, updated_at = ${at} where ${isClaim(claim, tx)}
    returning shipping_package_id as "shippingPackageId", step, asking_until as until, attempts, then_label as "thenLabel", code, message as words,
      shipment_tried_at is not null as "shipmentTried", shipment_given_at is not null as "shipmentGiven", packed_at is not null as packed, shipping_provider_id as "providerId"`);
}

/** Is it still ours? Locks the step's row. */
export async function holdsClaim(tx: Tx, claim: Claim): Promise<boolean> {
  const row = await tx.first(sql<{ ours: boolean }>`
    select true as ours from godown.package_step where ${isClaim(claim, tx)} for update`);
  return row !== undefined;
}

/** The label of this step is asked of a courier: its job finds it, and a slow one holds up itself alone. */
export async function noteProvider(
  tx: Tx,
  claim: Claim,
  providerId: ShippingProviderId | null,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.package_step set shipping_provider_id = ${providerId}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${claim.shippingPackageId} and step = ${claim.step}`);
}

/** Notes of the write "box and weight": begun, taken, or known not to have arrived. */
export async function noteShipment(tx: Tx, claim: Claim, arrived: "begun" | "yes" | "no", at: Instant): Promise<void> {
  const [tried, given] =
    arrived === "no"
      ? [sql`null`, sql`null`]
      : [sql`coalesce(shipment_tried_at, ${at}::timestamptz)`, arrived === "yes" ? sql`${at}::timestamptz` : sql`null`];
  await tx.run(sql`
    update godown.package_step set shipment_tried_at = ${tried}, shipment_given_at = ${given}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${claim.shippingPackageId} and step = ${claim.step}`);
}

/** Does the timeline of a package have these words already? */
export async function isTold(
  tx: Tx,
  {
    saleOrderId,
    shippingPackageId,
  }: { readonly saleOrderId: SaleOrderId; readonly shippingPackageId: ShippingPackageId },
  kind: string,
  message: string,
): Promise<boolean> {
  const row = await tx.first(sql<{ told: boolean }>`
    select true as told from godown.order_event where tenant_id = ${tx.tenantId} and sale_order_id = ${saleOrderId}
      and shipping_package_id = ${shippingPackageId} and kind = ${kind} and facts ->> 'message' = ${message} limit 1`);
  return row !== undefined;
}

/** The channel has taken the package as packed: asked for its invoice again it is not told again. */
export async function notePacked(tx: Tx, claim: Claim, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.package_step set packed_at = ${at}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${claim.shippingPackageId} and step = ${claim.step}`);
}

/** Another box or weight: what the channel was given is no longer so, and is given again before invoice or label is made. */
export async function forgetShipment(tx: Tx, id: ShippingPackageId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.package_step set shipment_tried_at = null, shipment_given_at = null, packed_at = null, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${id} and state <> 'DONE'
      and ((step = 'LABEL' and shipment_given_at is not null) or (step = 'INVOICE' and packed_at is not null))`);
}

export type StepEnd =
  | { readonly state: "DONE" }
  | { readonly state: "FAILED"; readonly refusal: Refusal; readonly words: string | null }
  | {
      readonly state: "WAITING";
      readonly refusal: Refusal;
      readonly words: string | null;
      readonly nextAttemptAt: Instant;
    };

/** Ends a claim. False: it is somebody else's by now, and theirs to end. */
export async function endClaim(
  tx: Tx,
  claim: Claim,
  end: StepEnd,
  exchangeId: ExchangeId | CourierExchangeId | null,
  at: Instant,
): Promise<boolean> {
  const why = end.state === "DONE" ? null : end;
  const next = end.state === "WAITING" ? end.nextAttemptAt : null;
  const written = await tx.count(sql`
    update godown.package_step set state = ${end.state}, asking_until = null, code = ${why?.refusal.code ?? null},
      facts = ${json(why?.refusal.facts ?? {})}, message = ${why?.words ?? null}, exchange_id = coalesce(${exchangeId}::uuid, exchange_id),
      next_attempt_at = ${next}::timestamptz, settled_at = case when ${end.state} = 'DONE' then ${at}::timestamptz end, updated_at = ${at}
    where ${isClaim(claim, tx)}`);
  return written === 1;
}

/** Forgets steps that nobody waits for any more. */
export async function dropSteps(tx: Tx, ids: readonly ShippingPackageId[], step: ChannelStep): Promise<void> {
  await tx.run(sql`
    delete from godown.package_step where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) and step = ${step} and state <> 'DONE'`);
}

/** Lets steps be asked for by the job as soon as it runs: those not asked for yet, and those that wait or failed. */
export async function leaveToJob(
  tx: Tx,
  ids: readonly ShippingPackageId[],
  step: ChannelStep,
  asked: { by: string; thenLabel: boolean; providerId?: ShippingProviderId | null; notBefore?: Instant },
  at: Instant,
): Promise<void> {
  const { by, thenLabel, providerId = null, notBefore = at } = asked;
  await tx.run(sql`
    insert into godown.package_step as s (tenant_id, shipping_package_id, step, state, attempts, requested_by, requested_at, next_attempt_at, then_label, shipping_provider_id, updated_at)
    select ${tx.tenantId}, id, ${step}, 'WAITING', 0, ${by}, ${at}, ${notBefore}, ${thenLabel}, ${providerId}::uuid, ${at} from unnest(${ids}::uuid[]) as id order by id
    on conflict (tenant_id, shipping_package_id, step) do update set state = 'WAITING', next_attempt_at = excluded.next_attempt_at, attempts = 0, settled_at = null,
      then_label = s.then_label or excluded.then_label, requested_by = excluded.requested_by, requested_at = excluded.requested_at,
      shipping_provider_id = coalesce(excluded.shipping_provider_id, s.shipping_provider_id), updated_at = excluded.updated_at
    where s.state in ('WAITING', 'FAILED')`);
}

/** A package within the actor's reach, as far as it decides who does which step of it. */
export interface StepPlace {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly source: string;
  readonly thirdPartyShipping: boolean;
  /** The courier that its label waits for, where it is one. */
  readonly providerId: ShippingProviderId | null;
}

/** The packages within the actor's reach, in no order. */
export function stepPlaces(
  tx: Tx,
  ctx: Pick<Ctx, "facilities">,
  ids: readonly ShippingPackageId[],
): Promise<StepPlace[]> {
  return tx.run(sql<StepPlace>`
    select p.shipping_package_id as "shippingPackageId", p.code, p.channel_id as "channelId", c.code as "channelCode", c.source, p.third_party_shipping as "thirdPartyShipping",
      (select s.shipping_provider_id from godown.package_step s
        where s.tenant_id = p.tenant_id and s.shipping_package_id = p.shipping_package_id and s.step = 'LABEL' and s.state <> 'DONE') as "providerId"
    from godown.shipping_package p join godown.channel c using (tenant_id, channel_id)
    where p.tenant_id = ${tx.tenantId} and p.shipping_package_id = any(${ids}::uuid[])
      and ${ctx.facilities === "all" ? sql`true` : sql`p.facility_id = any(${ctx.facilities}::uuid[])`}`);
}

const isDue = (at: Instant) => sql`(
  (s.state = 'WAITING' and s.next_attempt_at <= ${at}) or (s.state = 'ASKING' and s.asking_until <= ${at}))`;

/** Who is asked for a step: a courier for a label that it is to give, the package's channel for the rest. */
export type Asked = { readonly channelId: ChannelId } | { readonly providerId: ShippingProviderId };

const isAsked = (asked: Asked) =>
  "providerId" in asked
    ? sql`s.shipping_provider_id = ${asked.providerId}`
    : sql`p.channel_id = ${asked.channelId} and s.shipping_provider_id is null`;

/** Steps of somebody whose time has come, the longest waiting first: tries again, and claims of processes that ended. */
export function dueSteps(
  tx: Tx,
  asked: Asked,
  at: Instant,
  limit: number,
): Promise<{ readonly shippingPackageId: ShippingPackageId; readonly step: ChannelStep }[]> {
  return tx.run(sql<{ shippingPackageId: ShippingPackageId; step: ChannelStep }>`
    select s.shipping_package_id as "shippingPackageId", s.step
    from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id)
    where s.tenant_id = ${tx.tenantId} and ${isAsked(asked)} and ${isDue(at)}
    order by coalesce(s.next_attempt_at, s.asking_until), s.shipping_package_id, s.step limit ${limit}`);
}

/** Who has steps whose time has come. */
export async function askedWithDueSteps(
  tx: Tx,
  at: Instant,
): Promise<{ readonly channels: ChannelId[]; readonly providers: ShippingProviderId[] }> {
  const rows = await tx.run(sql<{ channelId: ChannelId; providerId: ShippingProviderId | null }>`
    select distinct case when s.shipping_provider_id is null then p.channel_id end as "channelId", s.shipping_provider_id as "providerId"
    from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id)
    where s.tenant_id = ${tx.tenantId} and ${isDue(at)}`);
  return {
    channels: rows.flatMap((row) => (row.providerId === null ? [row.channelId] : [])),
    providers: rows.flatMap((row) => row.providerId ?? []),
  };
}

/** Somebody is there again: what waits for them, and what failed for want of them, is asked for at once. */
export function wakeSteps(tx: Tx, asked: Asked, codes: readonly string[], at: Instant): Promise<number> {
  return tx.count(sql`
    update godown.package_step s set state = 'WAITING', next_attempt_at = ${at}, attempts = 0, updated_at = ${at}
    from godown.shipping_package p
    where s.tenant_id = ${tx.tenantId} and p.tenant_id = s.tenant_id and p.shipping_package_id = s.shipping_package_id and ${isAsked(asked)}
      and (s.state = 'WAITING' or (s.state = 'FAILED' and s.code = any(${codes}::text[])))`);
}

/** A step as people see it. */
export interface ShownStep {
  readonly shippingPackageId: ShippingPackageId;
  readonly step: ChannelStep;
  readonly state: StepState;
  readonly attempts: number;
  readonly code: string | null;
  readonly facts: Facts;
  readonly words: string | null;
  readonly exchangeId: string | null;
  /** The courier that is asked for it; null: the channel. */
  readonly providerId: ShippingProviderId | null;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  readonly nextAttemptAt: Instant | null;
  readonly updatedAt: Instant;
}

/** Steps that are not done yet, of packages that still need them: what lists show. */
export const STEP_OPEN = sql`s.state <> 'DONE' and (p.state in ('CREATED', 'PICKED', 'PACKED') or p.dispatched_how = 'ADOPTED')`;

/** Steps of packages, the invoice before the label. */
export function stepsOf(tx: Tx, ids: readonly ShippingPackageId[]): Promise<ShownStep[]> {
  return tx.run(sql<ShownStep>`
    select shipping_package_id as "shippingPackageId", step, state, attempts, code, facts, message as words, exchange_id as "exchangeId", shipping_provider_id as "providerId", requested_at as "requestedAt",
      requested_by as "requestedBy", next_attempt_at as "nextAttemptAt", updated_at as "updatedAt"
    from godown.package_step where tenant_id = ${tx.tenantId} and shipping_package_id = any(${ids}::uuid[]) order by shipping_package_id, step`);
}

/** The package that has this tracking number of a channel's courier already. Nobody else can write it until the transaction ends. */
export async function lockChannelAwb(
  tx: Tx,
  awb: { channelId: ChannelId; courier: string; awb: string; except: ShippingPackageId },
): Promise<string | undefined> {
  const key = `awb:${awb.channelId}:${awb.courier}:${awb.awb}`;
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  const row = await tx.first(sql<{ code: string }>`
    select code from godown.shipping_package
    where tenant_id = ${tx.tenantId} and channel_id = ${awb.channelId} and channel_courier_code = ${awb.courier} and awb = ${awb.awb}
      and state <> 'CANCELLED' and shipping_package_id <> ${awb.except}`);
  return row?.code;
}

/** Writes the channel's courier on a package. A label printed before is void: the next print is an original again. */
export async function writeChannelCourier(
  tx: Tx,
  id: ShippingPackageId,
  courier: ChannelCourier,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package set channel_courier_code = ${courier.code}, channel_courier_name = ${courier.name}, awb = ${courier.awb}, sort_code = ${courier.sortCode},
      shipping_provider_id = null, label_printed_at = null, label_copies = 0, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`);
}

/** The seller ships after all: courier and number are ours to choose. */
export async function becomeSellerShipped(tx: Tx, id: ShippingPackageId, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.shipping_package set third_party_shipping = false, channel_courier_code = null, channel_courier_name = null,
      awb = case when shipping_provider_id is null then null else awb end, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = ${id}`);
}

/** Steps that a person should look at, by channel. */
export interface LateSteps {
  readonly channelId: ChannelId;
  readonly channelCode: string;
  readonly failed: number;
  readonly waiting: number;
  /** Code of the package that has waited the longest. */
  readonly first: string;
  readonly firstStep: ChannelStep;
}

/** Steps that were asked for before `since` and are not done, of packages that still need them. */
export function lateSteps(tx: Tx, since: Instant): Promise<LateSteps[]> {
  return tx.run(sql<LateSteps>`
    select p.channel_id as "channelId", c.code as "channelCode", count(*) filter (where s.state = 'FAILED')::integer as failed,
      count(*) filter (where s.state <> 'FAILED')::integer as waiting, (array_agg(p.code order by s.requested_at, p.code))[1] as first,
      (array_agg(s.step order by s.requested_at, p.code))[1] as "firstStep"
    from godown.package_step s
    join godown.shipping_package p using (tenant_id, shipping_package_id)
    join godown.channel c on c.tenant_id = p.tenant_id and c.channel_id = p.channel_id
    where s.tenant_id = ${tx.tenantId} and s.requested_at < ${since} and s.shipping_provider_id is null and ${STEP_OPEN} and p.dispatched_how is null -- nobody stands and waits for what has left
    group by 1, 2 order by 2`);
}
