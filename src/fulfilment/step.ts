import { findSource } from "../channels/index.ts";
import { waitingWords } from "../e-invoice/index.ts";
import { ok, type Refusal, type Result, refuse, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { labelledBy } from "./channel-steps/channel-step.ts";
import { decideBox } from "./channel-steps/parcel-facts.ts";
import { lockForMove } from "./lock.store.ts";
import { decideMove } from "./move.ts";
import type { PackageState } from "./shipping-package.ts";
import { reachable, type StepPackage, stepPackages } from "./steps.store.ts";

/** What became of one package in a step that many went through together. */
export interface StepResult {
  readonly shippingPackageId: ShippingPackageId;
  readonly code: string;
  /**
   * UNCHANGED: it had gone through the step before, and what it got then is told again. WAITING: its channel has been
   * asked and the step goes on by itself; the refusal says what it waits for.
   */
  readonly outcome: "DONE" | "UNCHANGED" | "WAITING" | "FAILED";
  readonly refusal: Refusal | null;
  readonly invoiceNumber: string | null;
  readonly awb: string | null;
}

/** States before the invoice exists. */
const BEFORE_INVOICE: ReadonlySet<PackageState> = new Set<PackageState>([
  "CREATED",
  "LOCATION_NOT_SERVICEABLE",
  "PICKING",
  "PICKED",
  "PENDING_CUSTOMIZATION",
  "CUSTOMIZATION_COMPLETE",
]);
/** States in which a label exists and the parcel is not handed over, cancelled or split. */
const LABELLED: ReadonlySet<PackageState> = new Set<PackageState>(["READY_TO_SHIP", "MANIFESTED"]);

/** "due": the step is to be taken now. "done": it was taken before. "waits": it goes on when the IRN is here. Pure, as the two below. */
export type Due = "due" | "done" | "waits";

/**
 * May the package be packed and invoiced now? Refusals, in this order: PICKING_NEEDED, PACKAGE_STATE, PACKAGE_ON_HOLD,
 * PACKAGE_LOCKED, ACCEPTANCE_AWAITED. Picking may be skipped only where a facility traces nothing (behaviours.md section 0, Traceability).
 */
export function decideInvoice(parcel: StepPackage): Result<Due> {
  // It has left without its invoice, which is brought after it: no other state is needed for that.
  if (parcel.adopted && parcel.invoiceState !== "ISSUED")
    return ok(parcel.invoiceState === "IRN_PENDING" ? "waits" : "due");
  if (parcel.invoiceNumber !== null && !BEFORE_INVOICE.has(parcel.state)) return ok("done");
  if (parcel.invoiceState === "IRN_PENDING") return ok("waits");
  if (parcel.traceability !== "NONE" && parcel.state === "CREATED")
    return refuse("PICKING_NEEDED", {
      package: parcel.code,
      state: parcel.state,
      facility: parcel.facilityCode,
      traceability: parcel.traceability,
    });
  const may = decideMove([parcel.shippingPackageId], [parcel], "pack");
  if (!may.ok) return may;
  // Whatever is not accepted in time the channel gives to another seller, or cancels: two parcels would be on their way.
  if (parcel.acceptanceAwaited)
    return refuse("ACCEPTANCE_AWAITED", {
      package: parcel.code,
      order: parcel.orderCode,
      channel: parcel.channelCode,
    });
  return ok("due");
}

/**
 * May the package be labelled now, by us or by asking its channel? Refusals, in this order: LABEL_BEFORE_INVOICE,
 * LABEL_BY_CHANNEL (it ships, and has no way to tell its courier), PACKAGE_STATE, PACKAGE_ON_HOLD, PACKAGE_LOCKED,
 * SHIPMENT_INCOMPLETE.
 */
export function decideLabel(parcel: StepPackage): Result<Due> {
  if (BEFORE_INVOICE.has(parcel.state))
    return refuse("LABEL_BEFORE_INVOICE", { package: parcel.code, state: parcel.state });
  const source = findSource(parcel.source);
  const by = labelledBy(source, parcel);
  if (by === null) return refuse("LABEL_BY_CHANNEL", { package: parcel.code, channel: parcel.channelCode });
  if (LABELLED.has(parcel.state)) return ok("done");
  // Nobody prints a label of what has left; who carries it is asked.
  if (parcel.adopted && by === "channel") return ok(parcel.awb === null ? "due" : "done");
  const may = decideMove([parcel.shippingPackageId], [parcel], "label");
  if (!may.ok) return may;
  const box = by === "channel" && source?.capabilities.giveShipment ? decideBox(parcel) : ok();
  return box.ok ? ok("due") : box;
}

/** Is "one click" allowed for the package's channel, and is there something left to do? Refusals: SINGLE_ACTION_OFF, then those of the step that is next. */
export function decideInvoiceAndLabel(parcel: StepPackage): Result<Due> {
  if (parcel.singleAction === "OFF")
    return refuse("SINGLE_ACTION_OFF", { package: parcel.code, channel: parcel.channelCode });
  return BEFORE_INVOICE.has(parcel.state) ? decideInvoice(parcel) : decideLabel(parcel);
}

/** Packages locked for a step, with what became of those that are out already. */
export interface OpenedStep {
  readonly due: readonly StepPackage[];
  readonly settled: Map<string, StepResult>;
}

/**
 * Locks the packages of a step and sorts them: those it is to be taken with, and those that are refused or went through
 * it before. Unknown packages and those in facilities out of reach are refused alike (PACKAGE_NOT_FOUND).
 */
export async function openStep(
  tx: Tx,
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  decide: (parcel: StepPackage) => Result<Due>,
): Promise<OpenedStep> {
  const within = await reachable(tx, ctx, ids);
  await lockForMove(tx, within);
  return sort(ids, await stepPackages(tx, within), decide);
}

/** `openStep` without locks, for looking. */
export async function sortStep(
  tx: Tx,
  ctx: Ctx,
  ids: readonly ShippingPackageId[],
  decide: (parcel: StepPackage) => Result<Due>,
): Promise<OpenedStep> {
  return sort(ids, await stepPackages(tx, await reachable(tx, ctx, ids)), decide);
}

function sort(
  ids: readonly ShippingPackageId[],
  parcels: ReadonlyMap<ShippingPackageId, StepPackage>,
  decide: (parcel: StepPackage) => Result<Due>,
): OpenedStep {
  const settled = new Map<string, StepResult>();
  const due: StepPackage[] = [];
  for (const id of new Set(ids)) {
    const parcel = parcels.get(id);
    if (!parcel) {
      settled.set(id, failed({ shippingPackageId: id, code: id }, notFound(id)));
      continue;
    }
    const decision = decide(parcel);
    if (!decision.ok) settled.set(id, failed(parcel, decision.refusal));
    else if (decision.value === "waits") settled.set(id, waitsForIrn(parcel));
    else if (decision.value === "done") settled.set(id, { ...about(parcel), outcome: "UNCHANGED", refusal: null });
    else due.push(parcel);
  }
  return { due, settled };
}

/** Results in the order in which the packages were asked for. */
export function inOrder(ids: readonly ShippingPackageId[], settled: ReadonlyMap<string, StepResult>): StepResult[] {
  return ids.map((id) => settled.get(id) ?? failed({ shippingPackageId: id, code: id }, notFound(id)));
}

export function failed(
  parcel: { shippingPackageId: ShippingPackageId; code: string; invoiceNumber?: string | null; awb?: string | null },
  refusal: Refusal,
): StepResult {
  return { ...about(parcel), outcome: "FAILED", refusal };
}

/** The step goes on by itself; the refusal says what it waits for. */
export function waiting(
  parcel: { shippingPackageId: ShippingPackageId; code: string; invoiceNumber?: string | null; awb?: string | null },
  refusal: Refusal,
): StepResult {
  return { ...about(parcel), outcome: "WAITING", refusal };
}

/** Its number is taken; it is packed when the portal has answered. */
export function waitsForIrn(
  parcel: Pick<StepPackage, "shippingPackageId" | "code" | "invoiceNumber" | "awb" | "irnWait">,
): StepResult {
  const { code, invoiceNumber, irnWait } = parcel;
  const nothingYet = {
    state: "PENDING",
    code: null,
    words: null,
    said: null,
    whatToDo: null,
    nextAttemptAt: null,
  } as const;
  return waiting(parcel, waitingWords(code, { number: invoiceNumber ?? "", ...(irnWait ?? nothingYet) }));
}

function about(parcel: {
  shippingPackageId: ShippingPackageId;
  code: string;
  invoiceNumber?: string | null;
  awb?: string | null;
}): Pick<StepResult, "shippingPackageId" | "code" | "invoiceNumber" | "awb"> {
  const { shippingPackageId, code, invoiceNumber = null, awb = null } = parcel;
  return { shippingPackageId, code, invoiceNumber, awb };
}

function notFound(id: string): Refusal {
  return refuse("PACKAGE_NOT_FOUND", { packages: [id] }).refusal;
}

/** A result as a row of long work. What waits for its channel has not changed yet, and goes on by itself. */
export function workedRow(result: StepResult): WorkedRow {
  const { shippingPackageId, code, outcome, refusal, invoiceNumber, awb } = result;
  const got = [invoiceNumber === null ? null : `invoice ${invoiceNumber}`, awb === null ? null : `AWB ${awb}`];
  return {
    outcome: outcome === "WAITING" ? "UNCHANGED" : outcome,
    recordType: "shipping_package",
    recordId: shippingPackageId,
    recordCode: code,
    ...(refusal === null ? { message: got.filter((part) => part !== null).join(", ") } : { refusal }),
  };
}
