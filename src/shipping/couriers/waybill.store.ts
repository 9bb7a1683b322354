import type { Waybill } from "../../../couriers/kit/index.ts";
import { type Id, type Instant, newId, type ShippingPackageId } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { DocumentId } from "../../platform/stored-document.ts";
import type { ShippingProviderId } from "../provider.ts";
import type { CourierExchangeId } from "./exchange.store.ts";
import type { WaybillId, WaybillRow, WaybillSubject } from "./waybill.ts";

const LIVE = sql`('ASKED', 'UNSURE', 'GIVEN')`;

const rows = sql`
  select w.courier_waybill_id as "waybillId", w.shipping_provider_id as "providerId", v.code as "providerCode", w.direction, w.shipping_package_id as "packageId",
    w.return_case_id as "returnCaseId", w.subject_code as "subjectCode", w.state, w.asking_until as "askingUntil", w.awb, w.carrier, w.routing_code as "routingCode",
    w.label_url as "labelUrl", w.label_document_id as "labelDocumentId", w.label_tries as "labelTries", w.tries_next as "triesNext", w.words, w.choice,
    w.asked_at as "askedAt"
  from godown.courier_waybill w join godown.shipping_provider v using (tenant_id, shipping_provider_id)`;

const of = (subject: WaybillSubject) =>
  subject.packageId === undefined
    ? sql`w.return_case_id = ${subject.returnCaseId}`
    : sql`w.shipping_package_id = ${subject.packageId}`;

/** The number that a subject has, or the question for it that is under way or unanswered; locked. */
export function lockLive(tx: Tx, subject: WaybillSubject): Promise<WaybillRow | undefined> {
  return tx.first(sql<WaybillRow>`
    ${rows} where w.tenant_id = ${tx.tenantId} and ${of(subject)} and w.state in ${LIVE} for update of w`);
}

export function lockWaybill(tx: Tx, waybillId: WaybillId): Promise<WaybillRow | undefined> {
  return tx.first(sql<WaybillRow>`
    ${rows} where w.tenant_id = ${tx.tenantId} and w.courier_waybill_id = ${waybillId} for update of w`);
}

/** Without a lock: for looking. */
export function findWaybill(tx: Tx, waybillId: WaybillId): Promise<WaybillRow | undefined> {
  return tx.first(sql<WaybillRow>`
    ${rows} where w.tenant_id = ${tx.tenantId} and w.courier_waybill_id = ${waybillId}`);
}

/** All numbers that were ever asked for a subject, the oldest first. */
export function waybillsOf(tx: Tx, subject: WaybillSubject): Promise<WaybillRow[]> {
  return tx.run(sql<WaybillRow>`
    ${rows} where w.tenant_id = ${tx.tenantId} and ${of(subject)} order by w.asked_at, w.courier_waybill_id`);
}

export interface NewWaybill {
  readonly waybillId: WaybillId;
  readonly providerId: ShippingProviderId;
  readonly direction: WaybillRow["direction"];
  readonly subject: WaybillSubject;
  readonly subjectCode: string;
  readonly choice: unknown;
  readonly until: Instant;
  readonly by: string;
}

/** Writes that a number is about to be asked for. One that is asked for, or there, already, breaks this statement. */
export async function insertAsked(tx: Tx, w: NewWaybill, at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.courier_waybill (tenant_id, courier_waybill_id, shipping_provider_id, direction, shipping_package_id, return_case_id, subject_code, state, asking_until,
      choice, asked_at, asked_by, updated_at)
    values (${tx.tenantId}, ${w.waybillId}, ${w.providerId}, ${w.direction}, ${w.subject.packageId ?? null}, ${w.subject.returnCaseId ?? null}, ${w.subjectCode}, 'ASKED', ${w.until},
      ${json(w.choice)}, ${at}, ${w.by}, ${at})`);
}

/** Asked once more with the same code: where that is safe. */
export async function askAgain(tx: Tx, waybillId: WaybillId, until: Instant, at: Instant): Promise<void> {
  await tx.run(sql`
    update godown.courier_waybill set state = 'ASKED', asking_until = ${until}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId} and state in ('ASKED', 'UNSURE')`);
}

/** Who has this number of this courier already? Nobody else can write it until the transaction ends. */
export async function lockNumber(
  tx: Tx,
  number: { readonly providerId: ShippingProviderId; readonly awb: string },
): Promise<{ readonly waybillId: WaybillId; readonly subjectCode: string; readonly state: string } | undefined> {
  await tx.run(sql`
    select pg_advisory_xact_lock(hashtextextended(${`courier-awb:${number.providerId}:${number.awb}`}, 0))`);
  return tx.first(sql<{ waybillId: WaybillId; subjectCode: string; state: string }>`
    select courier_waybill_id as "waybillId", subject_code as "subjectCode", state from godown.courier_waybill
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${number.providerId} and awb = ${number.awb}`);
}

/** The courier gave a number: it is live from now. */
export async function becomeGiven(
  tx: Tx,
  waybillId: WaybillId,
  waybill: Waybill,
  exchangeId: CourierExchangeId | null,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.courier_waybill set state = 'GIVEN', asking_until = null, awb = ${waybill.awb}, carrier = ${waybill.carrier}, routing_code = ${waybill.routingCode},
      label_url = ${waybill.labelUrl}, exchange_id = coalesce(${exchangeId}::uuid, exchange_id), given_at = ${at}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId} and state in ('ASKED', 'UNSURE')`);
}

/** The courier gave none, or a person knows that it did not. */
export async function becomeRefused(
  tx: Tx,
  waybillId: WaybillId,
  why: { readonly code: string | null; readonly words: string; readonly triesNext: boolean },
  exchangeId: CourierExchangeId | null,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.courier_waybill set state = 'REFUSED', asking_until = null, code = ${why.code}, words = ${why.words}, tries_next = ${why.triesNext},
      exchange_id = coalesce(${exchangeId}::uuid, exchange_id), ended_at = ${at}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId} and state in ('ASKED', 'UNSURE')`);
}

/** The answer was lost: the courier may have given a number that nobody here knows. */
export async function becomeUnsure(
  tx: Tx,
  waybillId: WaybillId,
  words: string,
  exchangeId: CourierExchangeId | null,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.courier_waybill set state = 'UNSURE', asking_until = null, words = ${words}, exchange_id = coalesce(${exchangeId}::uuid, exchange_id), updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId} and state = 'ASKED'`);
}

/** It was not asked after all, this first time: nothing is known of it anywhere. */
export async function forgetAsked(tx: Tx, waybillId: WaybillId): Promise<void> {
  await tx.run(sql`
    delete from godown.courier_waybill where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId} and state = 'ASKED'`);
}

/** A number besides the one that the subject has: given by mistake, to be given back. */
export async function insertGivenBesides(
  tx: Tx,
  of: WaybillRow,
  waybill: Waybill,
  exchangeId: CourierExchangeId | null,
  at: Instant,
): Promise<WaybillId> {
  const waybillId = newId<"CourierWaybill">();
  await tx.run(sql`
    insert into godown.courier_waybill (tenant_id, courier_waybill_id, shipping_provider_id, direction, shipping_package_id, return_case_id, subject_code, state, awb, carrier,
      routing_code, label_url, exchange_id, asked_at, asked_by, given_at, updated_at)
    select tenant_id, ${waybillId}, shipping_provider_id, direction, shipping_package_id, return_case_id, subject_code, 'GIVING_BACK', ${waybill.awb}, ${waybill.carrier},
      ${waybill.routingCode}, ${waybill.labelUrl}, ${exchangeId}::uuid, asked_at, asked_by, ${at}, ${at}
    from godown.courier_waybill where tenant_id = ${tx.tenantId} and courier_waybill_id = ${of.waybillId}`);
  return waybillId;
}

/** A number that a person typed for a courier that is asked by its API: it is told of changes and of a cancellation like one that it gave. */
export async function insertTyped(
  tx: Tx,
  typed: {
    readonly providerId: ShippingProviderId;
    readonly subject: WaybillSubject;
    readonly subjectCode: string;
    readonly awb: string;
    readonly by: string;
  },
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    insert into godown.courier_waybill (tenant_id, courier_waybill_id, shipping_provider_id, direction, shipping_package_id, return_case_id, subject_code, state, awb, asked_at, asked_by,
      given_at, updated_at)
    values (${tx.tenantId}, ${newId<"CourierWaybill">()}, ${typed.providerId}, ${typed.subject.packageId === undefined ? "REVERSE" : "FORWARD"}, ${typed.subject.packageId ?? null}, ${typed.subject.returnCaseId ?? null}, ${typed.subjectCode},
      'GIVEN', ${typed.awb}, ${at}, ${typed.by}, ${at}, ${at})`);
}

/** The courier's own label of a number, kept; or one more try that brought none. */
export async function noteLabel(
  tx: Tx,
  waybillId: WaybillId,
  documentId: DocumentId | null,
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.courier_waybill set label_document_id = coalesce(${documentId}::uuid, label_document_id),
      label_tries = label_tries + case when ${documentId}::uuid is null then 1 else 0 end, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId}`);
}

/** Numbers of packages that are not used any more, now to be given back. */
export function becomeGivingBack(
  tx: Tx,
  packageIds: readonly ShippingPackageId[],
  except: { readonly providerId: ShippingProviderId; readonly awb: string } | null,
  at: Instant,
): Promise<{ readonly waybillId: WaybillId; readonly providerId: ShippingProviderId }[]> {
  const others =
    except === null
      ? sql`true`
      : sql`(shipping_provider_id, awb) is distinct from (${except.providerId}::uuid, ${except.awb})`;
  return tx.run(sql<{ waybillId: WaybillId; providerId: ShippingProviderId }>`
    update godown.courier_waybill set state = 'GIVING_BACK', updated_at = ${at}
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and state = 'GIVEN' and ${others}
    returning courier_waybill_id as "waybillId", shipping_provider_id as "providerId"`);
}

/** The same of a customer's return that is not collected after all. */
export function becomeGivingBackReturn(
  tx: Tx,
  returnCaseId: Id<"ReturnCase">,
  at: Instant,
): Promise<{ readonly waybillId: WaybillId; readonly providerId: ShippingProviderId }[]> {
  return tx.run(sql<{ waybillId: WaybillId; providerId: ShippingProviderId }>`
    update godown.courier_waybill set state = 'GIVING_BACK', updated_at = ${at}
    where tenant_id = ${tx.tenantId} and return_case_id = ${returnCaseId} and state = 'GIVEN'
    returning courier_waybill_id as "waybillId", shipping_provider_id as "providerId"`);
}

/** The courier knows that the number is not used (GIVEN_BACK), or has no call for it (LAPSED). */
export async function endGivingBack(
  tx: Tx,
  waybillId: WaybillId,
  state: "GIVEN_BACK" | "LAPSED",
  at: Instant,
): Promise<void> {
  await tx.run(sql`
    update godown.courier_waybill set state = ${state}, ended_at = ${at}, updated_at = ${at}
    where tenant_id = ${tx.tenantId} and courier_waybill_id = ${waybillId} and state = 'GIVING_BACK'`);
}

/** The numbers of packages, or the questions for them, that are live. */
export function liveOf(tx: Tx, packageIds: readonly ShippingPackageId[]): Promise<WaybillRow[]> {
  return tx.run(sql<WaybillRow>`
    ${rows} where w.tenant_id = ${tx.tenantId} and w.shipping_package_id = any(${packageIds}::uuid[]) and w.state in ${LIVE}`);
}

/** Couriers that said of these packages since a moment that they do not take them where they go, with their words. */
export function refusalsSince(
  tx: Tx,
  packageIds: readonly ShippingPackageId[],
  since: Instant,
): Promise<
  { readonly packageId: ShippingPackageId; readonly providerId: ShippingProviderId; readonly words: string }[]
> {
  return tx.run(sql<{ packageId: ShippingPackageId; providerId: ShippingProviderId; words: string }>`
    select shipping_package_id as "packageId", shipping_provider_id as "providerId", (array_agg(words order by asked_at desc))[1] as words
    from godown.courier_waybill
    where tenant_id = ${tx.tenantId} and shipping_package_id = any(${packageIds}::uuid[]) and state = 'REFUSED' and tries_next and asked_at >= ${since}
    group by 1, 2 order by 1, 2`);
}

/** Couriers that said of a customer's return since a moment that they do not collect there, with their words. */
export function returnRefusalsSince(
  tx: Tx,
  returnCaseId: Id<"ReturnCase">,
  since: Instant,
): Promise<{ readonly providerId: ShippingProviderId; readonly words: string }[]> {
  return tx.run(sql<{ providerId: ShippingProviderId; words: string }>`
    select shipping_provider_id as "providerId", (array_agg(words order by asked_at desc))[1] as words
    from godown.courier_waybill
    where tenant_id = ${tx.tenantId} and return_case_id = ${returnCaseId} and state = 'REFUSED' and tries_next and asked_at >= ${since}
    group by 1 order by 1`);
}
