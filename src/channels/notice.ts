import { z } from "zod";
import type {
  CancelFacts,
  ChannelAnswer,
  ConnectorFailure,
  DispatchFacts,
  GradeFacts,
  IrnFacts,
  PackageState,
  ReportedOrder,
  ReverseFacts,
  ReverseState,
  StateFacts,
} from "../../connectors/kit/index.ts";
import { REVERSE_STATES } from "../../connectors/kit/index.ts";
import type { ChannelId, Id, Instant, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";

/** Something a channel is to be told about an order. */
export type Notice =
  | {
      readonly kind: "STATE";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: ShippingPackageId;
      readonly packageState: PackageState;
      /** The channel's lines in the package; a line of n units may be named n times. */
      readonly channelOrderItemIds: readonly string[];
      readonly courierStatus: string | null;
      /** When it changed; now, unless stated. */
      readonly changedAt?: Instant;
    }
  | {
      readonly kind: "DISPATCH";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: ShippingPackageId;
      readonly packageNo: number;
      readonly lines: DispatchFacts["lines"];
      readonly shipper: DispatchFacts["shipper"];
    }
  | {
      readonly kind: "CANCEL";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: null;
      readonly unitIds: readonly SaleOrderItemId[];
      readonly lines: CancelFacts["lines"];
    }
  | {
      /** What the tax portal gave to a document that the channel numbered. */
      readonly kind: "IRN";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: ShippingPackageId;
      readonly irn: Omit<IrnFacts, "channelOrderId">;
    }
  | {
      /** What the units of a return are worth that lie on a putaway. A later one takes the place of an earlier one. */
      readonly kind: "GRADE";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: ShippingPackageId;
      readonly returnCaseId: Id<"ReturnCase">;
      readonly grades: Omit<GradeFacts, "channelOrderId">;
    }
  | {
      /** How a reverse pickup stands. */
      readonly kind: "REVERSE_STATE";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: null;
      readonly reverse: Pick<ReverseFacts, "channelOrderItemIds" | "state" | "courier">;
    }
  | {
      /** The seller accepts the order. */
      readonly kind: "ACKNOWLEDGE";
      readonly channelId: ChannelId;
      readonly saleOrderId: SaleOrderId;
      readonly shippingPackageId: null;
    };
export type NoticeKind = Notice["kind"];
/** Kinds of which a repeat changes nothing on the other side: what may have arrived is sent again without asking first. */
export const REPEATABLE_KINDS: readonly NoticeKind[] = ["STATE", "ACKNOWLEDGE", "IRN", "GRADE", "REVERSE_STATE"];
export type NoticeState = "PENDING" | "SENT" | "REFUSED" | "PAUSED" | "NOT_SENT" | "UNKNOWN";

/** What a notice begins as. Null: the source has no such call, nothing is kept. Pure. */
export function firstState(
  notice: Notice,
  source: {
    readonly capabilities: {
      notifyState?: { states: readonly PackageState[] };
      dispatch?: unknown;
      cancel?: unknown;
      acknowledge?: unknown;
      giveIrn?: unknown;
      reportGrade?: unknown;
      notifyReturn?: { states: readonly ReverseState[] };
    };
  },
  channel: { readonly notifyOnDispatch: boolean; readonly paused: boolean },
): NoticeState | null {
  const can = source.capabilities;
  if (notice.kind === "CANCEL") return can.cancel ? "PENDING" : null;
  if (notice.kind === "ACKNOWLEDGE") return can.acknowledge ? "PENDING" : null;
  // The law's business, not dispatch's: no setting stops it.
  if (notice.kind === "IRN") return can.giveIrn ? "PENDING" : null;
  if (notice.kind === "GRADE") return can.reportGrade ? "PENDING" : null;
  if (!offered(notice, can)) return null;
  // The setting stops both alike (behaviours C-5); what was not sent stays visible and can be sent later.
  if (!channel.notifyOnDispatch) return "NOT_SENT";
  return notice.kind === "STATE" && channel.paused ? "PAUSED" : "PENDING";
}

function offered(
  notice: Extract<Notice, { kind: "STATE" | "DISPATCH" | "REVERSE_STATE" }>,
  can: Parameters<typeof firstState>[1]["capabilities"],
): boolean {
  if (notice.kind === "REVERSE_STATE") return can.notifyReturn?.states.includes(notice.reverse.state) === true;
  return notice.kind === "STATE"
    ? can.notifyState?.states.includes(notice.packageState) === true
    : can.dispatch !== undefined;
}

const instant = z.string().transform((text) => Temporal.Instant.from(text));
const date = z.string().transform((text) => Temporal.PlainDate.from(text));
const rates = z.object({
  gstBps: z.number(),
  cgstBps: z.number(),
  sgstBps: z.number(),
  utgstBps: z.number(),
  igstBps: z.number(),
  cessBps: z.number(),
});

/** Payloads as they are stored: written by `toPayload` alone. */
const statePayload = z.object({
  channelOrderItemIds: z.array(z.string()),
  courierStatus: z.string().nullable(),
  changedAt: instant,
});
const dispatchPayload = z.object({
  packageNo: z.number().default(1), // of notices that were kept before they said it
  lines: z.array(z.object({ channelOrderItemId: z.string(), quantity: z.number(), rates })),
  shipper: z
    .object({
      ...{ providerName: z.string(), courierName: z.string(), awb: z.string(), trackingUrl: z.string() },
      ...{
        dispatchedAt: instant,
        deliveryExpectedAt: instant,
        invoiceNumber: z.string(),
        invoicedOn: date,
        zone: z.string(),
      },
    })
    .nullable(),
});
const cancelPayload = z.object({
  unitIds: z.array(z.string()),
  lines: z.array(
    z.object({ channelOrderItemId: z.string(), productId: z.string(), variantId: z.string(), quantity: z.number() }),
  ),
});

const irnPayload = z.object({
  packageCode: z.string(),
  document: z.enum(["INVOICE", "CREDIT_NOTE"]),
  number: z.string(),
  irn: z.string(),
  ackNumber: z.string(),
  acknowledgedAt: instant,
  signedQr: z.string(),
});

const gradePayload = z.object({
  packageCode: z.string(),
  kind: z.enum(["RTO", "CIR"]),
  channelReturnId: z.string().nullable(),
  lines: z.array(
    z.object({
      ...{ channelOrderItemId: z.string(), productId: z.string(), variantId: z.string(), quantity: z.number() },
      grade: z.enum(["good", "bad", "qc_rejected"]),
    }),
  ),
});

const reversePayload = z.object({
  channelOrderItemIds: z.array(z.string()),
  state: z.enum(REVERSE_STATES),
  courier: z.object({ code: z.string(), name: z.string(), awb: z.string() }).nullable(),
  changedAt: instant,
});

export function reverseFacts(payload: unknown, about: { channelOrderId: string; zone: string }): ReverseFacts {
  return { ...about, ...reversePayload.parse(payload) };
}

export function gradeFacts(payload: unknown, channelOrderId: string): GradeFacts {
  return { channelOrderId, ...gradePayload.parse(payload) };
}

export function irnFacts(payload: unknown, channelOrderId: string): IrnFacts {
  return { channelOrderId, ...irnPayload.parse(payload) };
}

/** What is stored of a notice beside its columns. Instants and dates become text. */
export function toPayload(notice: Notice, now: Instant): unknown {
  if (notice.kind === "STATE")
    return {
      channelOrderItemIds: notice.channelOrderItemIds,
      courierStatus: notice.courierStatus,
      changedAt: notice.changedAt ?? now,
    };
  if (notice.kind === "DISPATCH") return { packageNo: notice.packageNo, lines: notice.lines, shipper: notice.shipper };
  if (notice.kind === "ACKNOWLEDGE") return {};
  if (notice.kind === "IRN") return notice.irn;
  if (notice.kind === "GRADE") return notice.grades;
  if (notice.kind === "REVERSE_STATE") return { ...notice.reverse, changedAt: now };
  return { unitIds: notice.unitIds, lines: notice.lines };
}

export function stateFacts(
  payload: unknown,
  about: { channelOrderId: string; packageState: PackageState; zone: string },
): StateFacts {
  const { channelOrderItemIds, courierStatus, changedAt } = statePayload.parse(payload);
  const { channelOrderId, packageState, zone } = about;
  return { channelOrderId, channelOrderItemIds, state: packageState, courierStatus, changedAt, zone };
}

export function dispatchFacts(payload: unknown, channelOrderId: string): DispatchFacts {
  return { channelOrderId, ...dispatchPayload.parse(payload) };
}

export function cancelFacts(payload: unknown, channelOrderId: string): CancelFacts & { unitIds: SaleOrderItemId[] } {
  const { unitIds, lines } = cancelPayload.parse(payload);
  return { channelOrderId, lines, unitIds: unitIds as SaleOrderItemId[] }; // stored from such ids
}

/** What the channel itself says became of a write whose answer was lost. */
export type Finding =
  | { readonly kind: "done"; readonly words: string }
  | { readonly kind: "not done"; readonly words: string }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "unclear"; readonly words: string };

const LEFT = new Set(["DISPATCHED", "DELIVERED", "RTO", "CIR", "RETURNED"]);

/** Was the dispatch taken? Pure. */
export function findDispatch(reported: ReportedOrder | undefined, lineIds: readonly string[]): Finding {
  const statuses = statusesOf(reported, lineIds);
  if (statuses === null) return { kind: "unclear", words: "The channel does not give the order." };
  const words = `The channel says: ${describe(statuses)}.`;
  const rest = statuses.filter(([, status]) => !LEFT.has(status));
  if (rest.length === 0) return { kind: "done", words };
  // A line that is open has not been told of: what the channel cancelled meanwhile it refuses by itself, and takes the others.
  return rest.every(([, status]) => status === "CANCELLED") ? { kind: "refused", words } : { kind: "not done", words };
}

/** A line of a cancellation whose answer is not known. */
export interface CancelledLine {
  readonly id: string;
  /** All of the line that was not cancelled before. */
  readonly whole: boolean;
  /** Pieces that are cancelled there when it was taken: those of before and these. */
  readonly cancelledThen?: number;
}

/**
 * Was the cancellation taken? Pure. Where the channel says of how many units its word is, they are counted; otherwise a status
 * tells it only of lines that are cancelled as a whole: of three units two may be gone, and the line still says CREATED.
 */
export function findCancel(reported: ReportedOrder | undefined, lines: readonly CancelledLine[]): Finding {
  const statuses = statusesOf(
    reported && { ...reported, lines: counted(reported.lines, lines) },
    lines.map((line) => line.id),
  );
  if (statuses === null) return { kind: "unclear", words: "The channel does not give the order." };
  const words = `The channel says: ${describe(statuses)}.`;
  if (statuses.every(([, status]) => status === "CANCELLED")) return { kind: "done", words };
  if (statuses.some(([, status]) => LEFT.has(status))) return { kind: "refused", words };
  const clear = lines.every((line) => line.whole) && statuses.every(([, status]) => status === "OPEN");
  return clear
    ? { kind: "not done", words }
    : { kind: "unclear", words: `${words} That does not tell whether it happened.` };
}

/** The channel's lines with one status each: cancelled where as many units are as would be, else what the rest of it is. */
function counted(said: ReportedOrder["lines"], lines: readonly CancelledLine[]): ReportedOrder["lines"] {
  return lines.flatMap(({ id, cancelledThen = 0 }) => {
    const own = said.filter((line) => line.channelOrderItemId === id);
    const gone = own.filter((line) => line.status === "CANCELLED");
    const [one] = own;
    if (one === undefined) return [];
    const isCounted = gone.length > 0 && gone.every((line) => line.quantity !== undefined);
    if (!isCounted) return own.slice(-1);
    const units = gone.reduce((sum, line) => sum + (line.quantity ?? 0), 0);
    const rest = own.find((line) => line.status !== "CANCELLED");
    if (units >= cancelledThen) return [{ ...one, status: "CANCELLED" as const }];
    return [rest ?? { ...one, status: "OPEN" as const }];
  });
}

function statusesOf(reported: ReportedOrder | undefined, lineIds: readonly string[]): [string, string][] | null {
  const found = new Map(reported?.lines.map((line) => [line.channelOrderItemId, line.status]));
  const statuses = [...new Set(lineIds)].map((id): [string, string | undefined] => [id, found.get(id)]);
  const known = statuses.flatMap(([id, status]): [string, string][] => (status === undefined ? [] : [[id, status]]));
  return known.length === statuses.length && known.length > 0 ? known : null;
}

function describe(statuses: readonly (readonly [string, string])[]): string {
  return statuses.map(([id, status]) => `${id} ${status}`).join(", ");
}

/** What to do after a call. */
export type Verdict =
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly words: string }
  | { readonly kind: "again"; readonly words: string; readonly unknown: boolean }
  | { readonly kind: "wait"; readonly words: string }
  /** The channel has it and decides later: it is asked what became of it, and it is not sent again. */
  | { readonly kind: "taken"; readonly words: string };

/** Asked for so long what became of what it has taken, the channel has to have decided: then a person looks. */
const TAKEN_MAX_MINUTES = 60;
const FIRST_LOOK_SECONDS = 30;
const LOOK_PAUSE_MAX_SECONDS = 600;

/** When the channel is asked next what became of what it has taken; null: long enough, a person's turn. Pure. */
export function nextLook(takenAt: Instant, now: Instant): Instant | null {
  const seconds = now.since(takenAt).total("seconds");
  if (seconds >= TAKEN_MAX_MINUTES * 60) return null;
  const pause = Math.min(LOOK_PAUSE_MAX_SECONDS, Math.max(FIRST_LOOK_SECONDS, Math.round(seconds / 2)));
  return now.add({ seconds: Math.min(pause, Math.max(1, Math.ceil(TAKEN_MAX_MINUTES * 60 - seconds))) });
}

/** Bad answers to a repeatable call in a row before it counts as refused: a proxy's hiccup is over by then. */
const BAD_ANSWERS_MAX = 4;

/** Judges what came of a call. Pure. "wait": the channel is not connected; connecting it wakes what waits. */
export function judge(
  kind: NoticeKind,
  outcome: { ok: true; value: ChannelAnswer } | { ok: false; failure: ConnectorFailure },
  attempts: number,
): Verdict {
  if (outcome.ok && outcome.value.status === "TAKEN" && kind === "CANCEL")
    return { kind: "taken", words: outcome.value.message ?? "The channel has taken it and decides later." };
  if (outcome.ok)
    // Of other notices nothing is waited for: that they were taken is all that is to be known.
    return outcome.value.status === "SUCCESS" || outcome.value.status === "TAKEN"
      ? { kind: "sent" }
      : { kind: "refused", words: outcome.value.message ?? `The channel answered ${outcome.value.status}.` };
  const { failure } = outcome;
  const words = failure.channelMessage ?? failure.kind;
  if (failure.kind === "auth") return { kind: "wait", words };
  if (failure.kind === "refused")
    // Never reached anybody: the channel is off, the tenant not live or the address missing.
    return failure.reached === "no" ? { kind: "wait", words } : { kind: "refused", words };
  const repeatable = REPEATABLE_KINDS.includes(kind);
  if (repeatable && failure.kind === "bad_answer" && attempts >= BAD_ANSWERS_MAX) return { kind: "refused", words };
  return { kind: "again", words, unknown: !repeatable && failure.reached !== "no" && failure.kind !== "throttle" };
}
