import type { BusinessEvent } from "../../events/index.ts";
import { readTenantSetting } from "../../identity/index.ts";
import { ok, type Refusal, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { enqueue } from "../../platform/jobs.ts";
import { giveBackReturnNumber, providerById, type ShippingProviderId, waybills } from "../../shipping/index.ts";
import { type LockedCase, lockCases } from "../case.store.ts";
import { note, reachCase, reachCases, tell } from "../case-record.ts";
import type { ReturnCaseId } from "../return-case.ts";
import { saveCourier } from "../reverse-pickup.store.ts";
import { settleAsk, wakeFailed, wantCouriers } from "./ask.store.ts";
import { askNow } from "./ask.ts";
import { whoCannotCollect } from "./choose.ts";
import { askReturnCouriersJob, wakeReturnCouriersJob } from "./definitions.ts";
import { pickupFacts } from "./facts.store.ts";
import { decideWanted } from "./pickup.ts";
import { couriersByRules } from "./settings.ts";
import { forgetWatch } from "./tracking.store.ts";

/** What asking for one return has come to, for the person who waits. */
export interface AskedReturn {
  /** WAITING: it goes on by itself; `refusal` says what it waits for. */
  readonly outcome: "DONE" | "WAITING" | "FAILED";
  readonly courier: string | null;
  readonly awb: string | null;
  readonly refusal: Refusal | null;
}

/** Refusals after which it goes on by itself. */
const GOES_ON: ReadonlySet<string> = new Set([
  "RETURN_COURIER_ASKED_NOW",
  "RETURN_ANSWER_LOST_REPEATED",
  "RETURN_COURIER_NOT_REACHED",
]);

/**
 * A courier is to collect this reverse pickup: chosen by the REVERSE rules, or by the person. It is asked at once; what it
 * answers may take until later. Refusals: NOT_FOUND (return, provider), those of `decideWanted`, RETURN_COURIER_ASKED_NOW,
 * RETURN_NUMBER_UNSURE, RETURN_COURIER_NOT_BY_API, RETURN_HAS_COURIER (it is the one that was chosen).
 */
export async function allocateByApi(
  ctx: Ctx,
  id: ReturnCaseId,
  chosen: ShippingProviderId | null,
): Promise<Result<AskedReturn>> {
  const wanted = await ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    return reached.ok ? want(tx, ctx, reached.value, chosen) : reached;
  });
  if (!wanted.ok) return wanted;
  const asked = await askNow(ctx, id);
  if (asked.ok)
    return ok({
      ...{ outcome: asked.value === null ? "FAILED" : "DONE", refusal: null },
      ...{ courier: asked.value?.courier ?? null, awb: asked.value?.awb ?? null },
    });
  const { refusal } = asked;
  return ok({ outcome: GOES_ON.has(refusal.code) ? "WAITING" : "FAILED", courier: null, awb: null, refusal });
}

async function want(
  tx: Tx,
  ctx: Ctx,
  found: LockedCase,
  chosen: ShippingProviderId | null,
): Promise<Result<undefined>> {
  const { returnCaseId: id, code } = found;
  const [facts] = await pickupFacts(tx, [id]);
  if (!facts) return refuse("NOT_FOUND", { what: "return", id });
  const may = decideWanted(facts, chosen !== null);
  if (!may.ok) return may;
  const live = await waybills.lockLive(tx, { returnCaseId: id });
  if (live?.askingUntil && Temporal.Instant.compare(live.askingUntil, ctx.now) > 0)
    return refuse("RETURN_COURIER_ASKED_NOW", { return: code });
  if (chosen !== null) {
    const provider = await providerById(tx, chosen);
    if (!provider) return refuse("NOT_FOUND", { what: "shipping provider", id: chosen });
    const why = (await whoCannotCollect(tx, [provider])).get(chosen);
    if (why !== undefined) return refuse("RETURN_COURIER_NOT_BY_API", { return: code, provider: provider.code, why });
    if (live !== undefined && live.state !== "GIVEN" && live.providerId !== chosen)
      return refuse("RETURN_NUMBER_UNSURE", { return: code, courier: live.providerCode });
    if (live?.state === "GIVEN" && live.providerId === chosen && live.awb === facts.awb)
      return refuse("RETURN_HAS_COURIER", { return: code, courier: provider.code, awb: live.awb ?? "" });
    if (facts.awb !== null || (live?.state === "GIVEN" && live.providerId !== chosen)) {
      // The courier that it had is told that nothing is to be collected; until the other one answers there is no number.
      await giveBackReturnNumber(tx, ctx, id, "another courier was chosen");
      if (facts.awb !== null) await saveCourier(tx, id, provider.code, null);
      await forgetWatch(tx, id);
      const before = { courier: facts.courierCode, awb: facts.awb };
      await tell(tx, ctx, found, "REVERSE_COURIER_CHANGED", { ...before, to: provider.code });
      await note(tx, ctx, found, "another_courier_chosen", { before, after: { courier: provider.code, awb: null } });
    }
  }
  await wantCouriers(tx, [id], { providerId: chosen, by: ctx.actor.name }, ctx.now);
  await enqueue(tx, askReturnCouriersJob, {}, { runAt: ctx.now.add({ seconds: LEFT_TO_JOB_SECONDS }) });
  return ok();
}

/** Who pressed asks himself; the job is for a process that ends before. */
const LEFT_TO_JOB_SECONDS = 150;

/** What became of one return of many. */
export interface WantedRow {
  readonly returnCaseId: ReturnCaseId;
  readonly code: string;
  /** Null: its courier is asked in the background. */
  readonly refusal: Refusal | null;
}

/**
 * Couriers by rules for many reverse pickups, asked in the background; what cannot have one is named with its reason. Refuses
 * NOT_FOUND where one of them is not there: then none is asked for.
 */
export function allocateMany(ctx: Ctx, ids: readonly ReturnCaseId[]): Promise<Result<WantedRow[]>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const wanted = [...new Set(ids)];
    const reached = await reachCases(tx, ctx, wanted);
    const known = new Map(
      (
        await pickupFacts(
          tx,
          reached.map((found) => found.returnCaseId),
        )
      ).map((facts) => [facts.returnCaseId, facts]),
    );
    const missing = wanted.find((id) => !known.has(id));
    if (missing !== undefined) return refuse("NOT_FOUND", { what: "return", id: missing });
    const rows = [...known.values()].map((facts): WantedRow => {
      const may = decideWanted(facts, false);
      return { returnCaseId: facts.returnCaseId, code: facts.code, refusal: may.ok ? null : may.refusal };
    });
    const taken = rows.filter((row) => row.refusal === null).map((row) => row.returnCaseId);
    await wantCouriers(tx, taken, { providerId: null, by: ctx.actor.name }, ctx.now);
    if (taken.length > 0) await enqueue(tx, askReturnCouriersJob, {});
    return ok(rows);
  });
}

/** Returns that have just been announced get their courier by rules, where the tenant has it so and nobody has one. */
export async function followNewReturns(tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]): Promise<void> {
  const ids = events.flatMap((event) => (event.kind === "RETURN_CREATED" ? [event.returnCaseId] : []));
  if (ids.length === 0 || !(await readTenantSetting(tx, couriersByRules))) return;
  const due = (await pickupFacts(tx, ids)).filter(
    (facts) => facts.courierCode === null && decideWanted(facts, false).ok,
  );
  if (due.length === 0) return;
  await wantCouriers(
    tx,
    due.map((facts) => facts.returnCaseId),
    { providerId: null, by: "rules" },
    ctx.now,
  );
  await enqueue(tx, askReturnCouriersJob, {});
}

/** Failures that another courier, another list or another account may heal. */
const HEALED_BY_COURIERS = ["NO_PROVIDER", "RETURN_COURIER_NOT_ASKED", "RETURN_COURIER_NOT_BY_API"];
/** Failures that an edit of the return may heal. */
const HEALED_BY_EDIT = ["RETURN_ADDRESS_INCOMPLETE", "RETURN_BOX_MISSING", "NO_PROVIDER"];

/** Couriers, their lists or the rules changed: what found none is tried again. */
export async function wakeReturnCouriers(tx: Tx, ctx: Pick<Ctx, "now">): Promise<void> {
  if ((await wakeFailed(tx, HEALED_BY_COURIERS, null, ctx.now)) > 0) await enqueue(tx, askReturnCouriersJob, {});
}

/** The same, from where no time is known: by job. */
export function wakeReturnCouriersSoon(tx: Tx): Promise<void> {
  return enqueue(tx, wakeReturnCouriersJob, {});
}

/** A reverse pickup was edited: what its courier lacked may be there now. */
export async function wakeEdited(tx: Tx, ctx: Pick<Ctx, "now">, id: ReturnCaseId): Promise<void> {
  if ((await wakeFailed(tx, HEALED_BY_EDIT, id, ctx.now)) > 0) await enqueue(tx, askReturnCouriersJob, {});
}

/** A return is not collected after all: its number goes back, and nobody is asked for one. The return is locked. */
export async function callOffCourier(
  tx: Tx,
  ctx: Pick<Ctx, "now" | "actor">,
  id: ReturnCaseId,
  reason: string,
): Promise<void> {
  await settleAsk(tx, id, "DROPPED", ctx.now);
  await giveBackReturnNumber(tx, ctx, id, reason);
}

/** Numbers that are live although nothing is collected with them go back, whatever road led there. */
export async function giveBackStrays(tx: Tx, ctx: Ctx, ids: readonly ReturnCaseId[]): Promise<void> {
  for (const { returnCaseId } of await lockCases(tx, ids))
    await giveBackReturnNumber(tx, ctx, returnCaseId, "nothing is collected with it");
}
