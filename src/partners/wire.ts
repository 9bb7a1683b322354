import { z } from "zod";
import type { Instant } from "../kernel/index.ts";
import { idField, optionalTextField, textField } from "../platform/http/fields.ts";
import { EVENT_TITLES, PARTNER_AUTHS, PARTNER_EVENTS } from "./partner.ts";
import type { DeliveryDetail, DeliveryRow, PartnerRow } from "./queries.ts";
import { ATTEMPT_OUTCOMES, DELIVERY_STATES } from "./rule.ts";
import { deliveryHeaders } from "./send.ts";
import type { TestResult } from "./test-partner.ts";

const text = z.string();
const textOrNull = z.string().nullable();
const count = z.number().int();
const countOrNull = z.number().int().nullable();
const headers = z.record(z.string(), z.string());

export const partnerEvent = z.enum(PARTNER_EVENTS);

/** What a person enters. `secret` left out: the stored one stays. */
export const partnerBody = z.object({
  name: textField(200),
  baseUrl: textField(500),
  auth: z.enum(PARTNER_AUTHS),
  headerName: textField(60).default("Authorization"),
  username: optionalTextField(200),
  secret: z
    .string()
    .max(4000)
    .nullish()
    .transform((given) => (given === undefined || given === "" ? null : given)),
  events: z.array(partnerEvent).max(PARTNER_EVENTS.length),
  channelIds: z.array(idField<"Channel">()).max(500).nullable().default(null),
  facilityIds: z.array(idField<"Facility">()).max(500).nullable().default(null),
  enabled: z.boolean().default(true),
});
export const newPartnerBody = partnerBody.extend({
  code: z.string().regex(/^[A-Za-z0-9_-]{2,60}$/, "is 2 to 60 letters, digits, _ and -"),
});

export const partnerAnswer = z.object({
  partnerId: text,
  code: text,
  name: text,
  baseUrl: text,
  auth: z.enum(PARTNER_AUTHS),
  headerName: text,
  username: textOrNull,
  secretSetAt: text,
  secretSetBy: text,
  events: z.array(partnerEvent),
  channelIds: z.array(text).nullable(),
  facilityIds: z.array(text).nullable(),
  enabled: z.boolean(),
  createdAt: text,
  updatedAt: text,
  line: z.object({
    /** DOWN: nobody answers. REFUSES_CREDENTIALS: ours are refused. Null: it is sent to. */
    held: z.enum(["DOWN", "REFUSES_CREDENTIALS"]).nullable(),
    heldSince: textOrNull,
    nextLookAt: textOrNull,
    failures: count,
    failingSince: textOrNull,
    lastMessage: textOrNull,
    lastAnswerAt: textOrNull,
    lastDeliveredAt: textOrNull,
  }),
  waiting: count,
  oldestWaitingAt: textOrNull,
  deliveredToday: count,
  /** Refused or given up, and seen to by nobody yet. */
  flagged: count,
  /** Of the last hour, in milliseconds from the event to the partner's word; null: nothing was delivered in it. */
  medianMs: countOrNull,
  p99Ms: countOrNull,
});
export const partnersAnswer = z.object({
  partners: z.array(partnerAnswer),
  /** All that a partner can be told of. */
  events: z.array(z.object({ event: partnerEvent, title: text })),
});

export const testAnswer = z.object({
  good: z.boolean(),
  tried: z.enum(["TOKEN", "EMPTY_EVENT"]),
  at: text,
  durationMs: count,
  method: text,
  url: text,
  headers,
  status: countOrNull,
  answer: z.unknown(),
  words: text,
});

export const deliveryRow = z.object({
  partnerDeliveryId: text,
  partnerId: text,
  partnerCode: text,
  event: partnerEvent,
  eventTitle: text,
  subject: text,
  saleOrderId: textOrNull,
  orderCode: textOrNull,
  shippingPackageId: textOrNull,
  packageCode: textOrNull,
  happenedAt: text,
  createdAt: text,
  state: z.enum(DELIVERY_STATES),
  flagged: z.boolean(),
  /** An earlier one of the same shipment, order, return or gate pass is still to be sent. */
  behind: z.boolean(),
  attempts: count,
  nextAttemptAt: textOrNull,
  status: countOrNull,
  message: textOrNull,
  settledAt: textOrNull,
  dismissedAt: textOrNull,
  dismissedBy: textOrNull,
});

export const deliveryAnswer = deliveryRow.extend({
  lane: text,
  tries: count,
  firstTriedAt: textOrNull,
  request: z.object({ method: text, url: text, headers, body: text }),
  attemptList: z.array(
    z.object({
      partnerAttemptId: text,
      at: text,
      durationMs: count,
      url: text,
      headers,
      outcome: z.enum(ATTEMPT_OUTCOMES),
      status: countOrNull,
      answer: z.unknown(),
      message: textOrNull,
    }),
  ),
});

const at = (instant: Instant | null): string | null => instant?.toString() ?? null;

export function partnerToWire(row: PartnerRow): z.input<typeof partnerAnswer> {
  const { held, failures, lastMessage, medianMs, p99Ms, waiting, deliveredToday, flagged } = row;
  return {
    ...{ partnerId: row.partnerId, code: row.code, name: row.name, baseUrl: row.baseUrl, auth: row.auth },
    ...{ headerName: row.headerName, username: row.username, secretSetBy: row.secretSetBy, enabled: row.enabled },
    secretSetAt: row.secretSetAt.toString(),
    events: [...row.events],
    channelIds: row.channelIds === null ? null : [...row.channelIds],
    facilityIds: row.facilityIds === null ? null : [...row.facilityIds],
    createdAt: row.createdAt.toString(),
    updatedAt: row.updatedAt.toString(),
    line: {
      ...{ held, failures, lastMessage, heldSince: at(row.heldSince), nextLookAt: at(row.heldUntil) },
      ...{ failingSince: at(row.failingSince), lastAnswerAt: at(row.lastAnswerAt) },
      lastDeliveredAt: at(row.lastDeliveredAt),
    },
    ...{ waiting, oldestWaitingAt: at(row.oldestWaitingAt), deliveredToday, flagged, medianMs, p99Ms },
  };
}

export function testToWire(result: TestResult): z.input<typeof testAnswer> {
  return { ...result, at: result.at.toString(), headers: { ...result.headers } };
}

export function deliveryToWire(row: DeliveryRow): z.input<typeof deliveryRow> {
  return {
    ...row,
    eventTitle: EVENT_TITLES[row.event],
    happenedAt: row.happenedAt.toString(),
    createdAt: row.createdAt.toString(),
    nextAttemptAt: at(row.nextAttemptAt),
    settledAt: at(row.settledAt),
    dismissedAt: at(row.dismissedAt),
  };
}

/** The request as it went out last, or as it will go out first. */
export function detailToWire(
  detail: DeliveryDetail,
  partner: { readonly baseUrl: string; readonly headerName: string },
): z.input<typeof deliveryAnswer> {
  const { attemptList, dedupeKey, body, firstTriedAt, lane, tries, ...row } = detail;
  const last = attemptList.findLast((attempt) => attempt.url.endsWith(`/${row.event}`));
  const planned = { ...deliveryHeaders({ ...row, dedupeKey }, 1), [partner.headerName.toLowerCase()]: "[secret]" };
  return {
    ...deliveryToWire(row),
    ...{ lane, tries, firstTriedAt: at(firstTriedAt) },
    request: {
      ...{ method: "POST", url: last?.url ?? `${partner.baseUrl}/${row.event}`, body },
      headers: { ...(last?.headers ?? planned) },
    },
    attemptList: attemptList.map((attempt) => ({
      ...attempt,
      at: attempt.at.toString(),
      headers: { ...attempt.headers },
    })),
  };
}
