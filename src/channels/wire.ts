import { z } from "zod";
import type { Instant } from "../kernel/index.ts";
import { DISPATCHED_ON_PANEL, GST_E_INVOICING, PACKAGE_TYPES, SINGLE_ACTIONS, SYNC_KINDS } from "./channel.ts";

/** A value as our API writes it: instants as text. */
export type Wire<T> = T extends Instant
  ? string
  : T extends readonly (infer Member)[]
    ? Wire<Member>[]
    : T extends string | number | boolean | null | undefined
      ? T
      : T extends object
        ? { -readonly [K in keyof T]: Wire<T[K]> }
        : T;

/** The value as it goes over the wire. What JSON makes of it is what `Wire` says: instants have a text of their own. */
export function toWire<T>(value: T): Wire<T> {
  return JSON.parse(JSON.stringify(value)) as Wire<T>;
}

const text = z.string();
const textOrNull = z.string().nullable();
const count = z.number().int();

export const syncKind = z.enum(SYNC_KINDS);

export const fieldAnswer = z.object({
  name: text,
  label: text,
  type: z.enum(["text", "password", "facility", "warehouse-map"]),
  required: z.boolean(),
  help: text,
  pattern: z.string().optional(),
  sameAs: z.string().optional(),
  /** No two channels of the source may have the same value. */
  unique: z.literal(true).optional(),
});

export const settingAnswer = z.object({
  name: text,
  label: text,
  help: text,
  type: z.enum(["switch", "select", "number", "text"]),
  /** `unavailable`: why this version cannot do it yet; it is shown, and refused. */
  options: z.array(z.object({ value: text, label: text, unavailable: z.string().optional() })).optional(),
  /** Of a number: whole, within these, and what it counts. */
  range: z.object({ min: z.int(), max: z.int(), unit: text }).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]),
});

export const rulesAnswer = z.object({
  ordersArrive: z.enum(["push", "pull", "by hand"]),
  invoiceBy: z.enum(["us", "channel"]),
  /** Who numbers it where the seller ships. */
  invoiceOfSellerShipped: z.enum(["us", "channel"]),
  labelBy: z.enum(["us", "channel"]),
  manifestBy: z.enum(["us", "channel"]),
  split: z.boolean(),
  multiBox: z.boolean(),
  sellerCancel: z.enum(["never", "invoiced", "dispatched"]),
  channelCancel: z.enum(["never", "invoiced", "dispatched"]),
  channelCancelRule: text,
  sellerCancelRule: textOrNull,
  /** One store a channel: the field that names its facility, and what publishing more stock than its own may bring. */
  oneStore: z.object({ field: text, warning: text }).nullable(),
  reports: z.array(z.enum(["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"])),
  channelShips: z.array(z.boolean()),
  /** Of whose parcels its statuses are believed. */
  reportsOf: z.enum(["all", "channel-shipped"]),
  creditNoteBy: z.enum(["us", "channel", "none"]),
  /** Returns that it announces by itself. */
  sendsReturns: z.array(text),
  manualReturnRule: textOrNull,
  /** "push-again": a cancellation takes its listing off sale there until a figure is told. */
  stockAfterCancel: z.enum(["push-again"]).nullable(),
});

/** The page on which a seller gives access: what stands on the button, and labels of the fields that come of it. */
export const consentAnswer = z.object({ label: text, gives: z.array(text) }).nullable();

/** What a source can do beside its rules, from its declaration. */
export const abilitiesAnswer = z.object({
  catalogue: z.boolean(),
  /** Orders are asked for back to so many days; null: they are not asked for. */
  ordersBackDays: count.nullable(),
  underReview: z.boolean(),
  acknowledge: z.boolean(),
  stock: z.object({ perWarehouse: z.boolean(), batchMax: count, judgedLater: z.boolean() }).nullable(),
  packed: z.boolean(),
  dispatched: z.boolean(),
  /** Package states that it is told. */
  toldStates: z.array(text),
  cancelLevel: z.enum(["order", "item", "quantity"]).nullable(),
  labelHolds: textOrNull,
  manifestParcelsMax: count.nullable(),
  tellsByLists: z.array(z.object({ name: text, tells: z.array(text) })),
  /** Statuses that come with its list of orders. */
  tellsWithOrders: z.array(text),
  asksByOrder: z.boolean(),
  wakesUs: z.boolean(),
  consent: consentAnswer,
});

export const limitsAnswer = z.object({
  requestsPerSecond: z.number(),
  burst: count,
  /** Of each limit kept for people who click, 0 to 1. */
  interactiveShare: z.number(),
  /** Operations that are limited by themselves. */
  operations: z.array(z.object({ operation: text, requestsPerSecond: z.number(), burst: count })),
});

export const sourceAnswer = z.object({
  id: text,
  label: text,
  category: text,
  state: z.enum(["live", "private", "discontinued"]),
  about: text,
  tile: z.object({ monogram: text, color: text }),
  /** Null: it can be added. */
  unavailable: z.object({ code: text, message: text, whatToDo: text }).nullable(),
  /** Editions that may use it; null: all. */
  editions: z.array(text).nullable(),
  suggestedName: text,
  fields: z.array(fieldAnswer),
  settings: z.array(settingAnswer),
  rules: rulesAnswer,
  /** Names of what it declares it can do. */
  capabilities: z.array(text),
  abilities: abilitiesAnswer,
  limits: limitsAnswer,
  /** Its syncs, and how often the clock starts them at best; null: changes or pushes do. */
  schedules: z.array(z.object({ kind: syncKind, title: text, schedule: textOrNull })),
  /** False: the operator has not said where it stands, and nothing can be connected. */
  addressSet: z.boolean(),
  syncs: z.array(syncKind),
  channels: count,
});

export const facilityChoice = z.object({ facilityId: text, channelWarehouse: textOrNull });

export const settingsAnswer = z.object({
  name: text,
  tatHours: count,
  packageType: z.enum(PACKAGE_TYPES),
  autoVerify: z.boolean(),
  createOnHold: z.boolean(),
  singleAction: z.enum(SINGLE_ACTIONS),
  gstEInvoicing: z.enum(GST_E_INVOICING),
  notifyOnDispatch: z.boolean(),
  returnedOnChannelWord: z.boolean(),
  dispatchedOnPanel: z.enum(DISPATCHED_ON_PANEL),
  priority: count,
  billingPartyId: textOrNull,
  sourceSettings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  facilities: z.array(facilityChoice),
});

export const channelAnswer = settingsAnswer.extend({
  channelId: text,
  code: text,
  source: text,
  sourceLabel: text,
  ordersArrive: z.enum(["push", "pull", "by hand"]),
  tile: z.object({ monogram: text, color: text }),
  state: z.enum(["DRAFT", "CONFIGURED", "CONNECTED", "DISABLED", "BROKEN"]),
  brokenReason: textOrNull,
  fields: z.record(z.string(), z.string()),
  createdAt: text,
  connectedAt: textOrNull,
});

/** A channel in the list of channels: with what a person looks there for. */
export const channelRow = channelAnswer.extend({
  ordersToday: count,
  ordersFailed: count,
  lastOrderAt: textOrNull,
  listings: count,
  unmapped: count,
  stockRefused: count,
  publishingStopped: z.boolean(),
  lastSuccessAt: textOrNull,
  failing: z.array(z.object({ kind: syncKind, title: text, message: textOrNull })),
  /** Syncs whose lag is past its ceiling. */
  behind: z.array(z.object({ kind: syncKind, title: text, lagSeconds: count })),
});

export const runAnswer = z.object({
  syncRunId: text,
  channelId: text,
  kind: syncKind,
  trigger: z.enum(["SCHEDULE", "CHANGE", "PERSON", "NIGHTLY"]),
  state: z.enum(["RUNNING", "DONE", "PARTIAL", "FAILED", "REFUSED"]),
  startedAt: text,
  finishedAt: textOrNull,
  okCount: count,
  failedCount: count,
  message: textOrNull,
  startedBy: textOrNull,
  heartbeatAt: text,
});

export const exchangeRow = z.object({
  exchangeId: text,
  channelId: text,
  channelCode: text,
  operation: text,
  direction: z.enum(["IN", "OUT"]),
  at: text,
  durationMs: count.nullable(),
  method: text,
  url: text,
  status: count.nullable(),
  outcome: text,
  message: textOrNull,
  attempt: count,
  saleOrderId: textOrNull,
  noticeId: textOrNull,
  /** It brought nothing new, and stands for so many such answers of its hour, the first of them then; null: for itself. */
  quietCount: count.nullable(),
  quietSince: textOrNull,
});

export const exchangeAnswer = exchangeRow
  .omit({ channelCode: true })
  .extend({ request: z.unknown(), response: z.unknown(), syncRunId: textOrNull, repeatable: z.boolean() });

export const noticeRow = z.object({
  noticeId: text,
  channelId: text,
  channelCode: text,
  saleOrderId: text,
  orderCode: text,
  packageCode: textOrNull,
  kind: text,
  packageState: textOrNull,
  state: text,
  attempts: count,
  message: textOrNull,
  needsPerson: z.boolean(),
  createdAt: text,
  sentAt: textOrNull,
});

export const listingRow = z.object({
  listingId: text,
  channelId: text,
  channelCode: text,
  channelProductId: text,
  channelSku: text,
  title: textOrNull,
  imageUrl: textOrNull,
  channelPricePaise: count.nullable(),
  skuId: textOrNull,
  skuCode: textOrNull,
  skuName: textOrNull,
  live: z.boolean(),
  /** The channel keeps its stock and counts it: no figure is told, and no SKU is wanted. */
  stockAtChannel: z.boolean(),
  disabled: z.boolean(),
  buffer: count,
  reservedForChannel: count,
  cap: count.nullable(),
  published: count.nullable(),
  publishedAt: textOrNull,
  publishOutcome: textOrNull,
  publishMessage: textOrNull,
  warehouses: z.array(
    z.object({ warehouse: text, facilityCode: text, published: count.nullable(), publishOutcome: textOrNull }),
  ),
  waiting: z.boolean(),
  stopped: z.boolean(),
  suggestedSku: textOrNull,
});

const receivedRow = z.object({
  intakeId: text,
  kind: text,
  channelOrderId: text,
  state: text,
  message: textOrNull,
  receivedAt: text,
  saleOrderId: textOrNull,
});

export const cardAnswer = z.object({
  kind: syncKind,
  title: text,
  on: z.boolean(),
  canSyncNow: z.boolean(),
  state: z.enum(["BLOCKED", "OFF", "RUNNING", "FAILED", "OK"]),
  lastAttemptAt: textOrNull,
  lastSuccessAt: textOrNull,
  /** Minutes between two runs by the clock. */
  everyMinutes: count.nullable(),
  /** "every minute"; null where only changes or pushes start it. */
  schedule: textOrNull,
  nextRunAt: textOrNull,
  lagSeconds: count.nullable(),
  lagMaxSeconds: count.nullable(),
  message: textOrNull,
  ok: count,
  failed: count,
  waiting: count,
  notSent: count,
  run: runAnswer.nullable(),
  exchanges: z.array(exchangeRow),
  received: z.array(receivedRow),
});

const credentialAnswer = z.object({
  pushCredentialId: text,
  clientId: text,
  createdAt: text,
  expiresAt: textOrNull,
  lastUsedAt: textOrNull,
});

export const summaryAnswer = z.object({
  channel: channelAnswer,
  /** Why nothing runs; empty where everything may. */
  blocked: z.array(text),
  fields: z.array(
    fieldAnswer.extend({
      ...{ value: textOrNull, isSet: z.boolean(), setAt: textOrNull, setBy: textOrNull },
      /** The source's own page gives it (`consent`): it may stay empty until Connect. */
      byConsent: z.boolean(),
    }),
  ),
  rules: rulesAnswer,
  /** Null: the source has no page on which a seller gives access. */
  consent: consentAnswer,
  /** Its marketplace tells when something happens, at an address of the channel's own. */
  wakesUs: z.boolean(),
  doesNotReport: z.array(text),
  /** How often orders and statuses are asked for at most, where a person set it; and the slowest that can be set. */
  pace: z.object({ wishedMinutes: count.nullable(), minutesMax: count }),
  listings: z.object({ total: count, unmapped: count }),
  publishingStopped: z.boolean(),
  notify: z.object({ on: z.boolean(), notSent: count, warning: textOrNull }),
  push: z
    .object({
      url: text,
      paths: z.array(text),
      curl: text,
      clientid: textOrNull,
      merchantid: textOrNull,
      credentials: z.array(credentialAnswer),
    })
    .nullable(),
  /** The channel's warehouses beside our facilities; a chosen facility without one has null there. */
  warehouses: z
    .object({
      field: text,
      rows: z.array(
        z.object({
          warehouse: textOrNull,
          facilityCode: text,
          facilityId: textOrNull,
          facilityName: textOrNull,
          enabled: z.boolean(),
          chosen: z.boolean(),
        }),
      ),
    })
    .nullable(),
  /** Where all orders are allocated; `warning` where stock of others is published with it. */
  store: z.object({ field: text, code: textOrNull, combinedWith: z.array(text), warning: textOrNull }).nullable(),
  cards: z.array(cardAnswer),
});

export const connectAnswer = z.object({
  connected: z.boolean(),
  steps: z.array(
    z.object({
      title: text,
      state: z.enum(["DONE", "FAILED"]),
      detail: text,
      /** What came back in the channel's own words, of a step that failed. */
      channelWords: textOrNull,
      whatToDo: textOrNull,
    }),
  ),
});

export const repeatedAnswer = z.object({ found: textOrNull, done: text });
