import type { ImportedSaleOrder, ImportFault } from "../../connectors/kit/index.ts";
import type { ChannelId, Instant, IntakeId, Refusal, SaleOrderId } from "../kernel/index.ts";
import { explain } from "../platform/refusals.ts";
import type { Verdict } from "./read-order.ts";

/** A raw order as it came, already read into our words (or not readable: then its faults). */
export interface RawOrder {
  readonly intakeId: IntakeId;
  readonly channelId: ChannelId;
  readonly via: "PUSH" | "PULL" | "FORM" | "CSV";
  readonly channelOrderId: string;
  readonly raw: unknown;
  /** SHA-256 of the canonical content, hex: tells a repeat from another order under the same id. */
  readonly contentHash: string;
  /** When the channel changed it last, by its own clock; absent: it does not say. */
  readonly changedAt?: Instant;
  /** Lines that had left on the channel's side already, where nothing of it is left to ship: it becomes no order here. */
  readonly leftOnChannel?: readonly string[];
  readonly read:
    | { readonly ok: true; readonly value: ImportedSaleOrder }
    | { readonly ok: false; readonly faults: readonly ImportFault[] };
}

/** What became of an order. `accepted` is what a push answers: success exactly when the order is safe with us. */
export interface Receipt {
  readonly intakeId: IntakeId;
  readonly state: "RECEIVED" | "CREATED" | "FAILED" | "IGNORED" | "DUPLICATE" | "CONFLICT";
  readonly accepted: boolean;
  readonly refusal: Refusal | null;
  readonly saleOrderId: SaleOrderId | null;
}

export interface Judged {
  readonly given: RawOrder;
  readonly verdict:
    | Verdict
    | { readonly kind: "wait"; readonly refusal: Refusal }
    | { readonly kind: "refuse"; readonly refusal: Refusal };
  readonly saleOrderId: SaleOrderId;
}

export function base(given: RawOrder) {
  const { intakeId, channelId, via, channelOrderId, contentHash, raw, changedAt } = given;
  return { intakeId, channelId, via, channelOrderId, contentHash, raw, changedAt: changedAt?.toString() ?? null };
}

export function words(refusal: Refusal | null): { code: string | null; facts: unknown; message: string | null } {
  if (refusal === null) return { code: null, facts: null, message: null };
  return { code: refusal.code, facts: refusal.facts, message: explain(refusal).message };
}

export function refusalOf(j: Judged): Refusal | null {
  return j.verdict.kind === "create" ? null : j.verdict.refusal;
}

export function receiptOf(j: Judged): Receipt {
  const { verdict, saleOrderId } = j;
  const common = {
    intakeId: j.given.intakeId,
    refusal: refusalOf(j),
    saleOrderId: verdict.kind === "create" ? saleOrderId : null,
  };
  if (verdict.kind === "create") return { ...common, state: "CREATED", accepted: true };
  if (verdict.kind === "wait") return { ...common, state: "RECEIVED", accepted: true };
  if (verdict.kind === "ignore") return { ...common, state: "IGNORED", accepted: true };
  if (verdict.kind === "refuse") return { ...common, state: "IGNORED", accepted: false };
  return { ...common, state: "FAILED", accepted: verdict.waitsFor !== null };
}
