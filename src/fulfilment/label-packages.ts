import { findSource } from "../channels/index.ts";
import type { ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { PATIENT, type Patience } from "./channel-steps/ask-many.ts";
import { byWhom } from "./channel-steps/by-whom.ts";
import { labelledBy } from "./channel-steps/channel-step.ts";
import { labelIn } from "./label-in.ts";
import type { StepResult } from "./step.ts";

/** Packages of one transaction. */
export const LABELS_PER_TRANSACTION = 50;

/**
 * Gives packed packages a courier and a tracking number, and makes them READY_TO_SHIP: ours where the seller ships (a
 * courier that a person chose before stays; one that is asked by its API is asked package by package), the channel's where it
 * does, asked alike. What is refused
 * is told by name and stops nothing else.
 */
export function labelPackages(
  ctx: Ctx,
  input: { packageIds: readonly ShippingPackageId[] },
  patience: Patience = PATIENT,
): Promise<StepResult[]> {
  return byWhom(ctx, input.packageIds, {
    step: "LABEL",
    isChannels: (place) => labelledBy(findSource(place.source), place) === "channel",
    perTransaction: LABELS_PER_TRANSACTION,
    ours: (tx, inTx, ids) => labelIn(tx, inTx, ids, "caller"),
    patience,
  });
}
