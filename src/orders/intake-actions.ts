import { audit, auditAll } from "../identity/index.ts";
import { type IntakeId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { explain } from "../platform/refusals.ts";
import { dismissRow, lockIntake, writeCorrection } from "./receive.store.ts";
import { type Correction, retryEntries } from "./retry-intake.ts";

/** Tries chosen entries again, after laying what a person put right over them. Gives what each came to. */
export function retryIntake(
  ctx: Ctx,
  ids: readonly IntakeId[],
  correction: Correction | null,
): Promise<Result<{ id: string; state: string; message: string | null; saleOrderId: string | null }[]>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    if (correction !== null) await writeCorrection(tx, ids, correction);
    const tried = await retryEntries(tx, ctx, { intakeIds: ids, limit: ids.length });
    await auditAll(
      tx,
      ctx,
      tried.map((entry) => ({
        action: "intake.retry",
        recordType: "intake",
        recordId: entry.intakeId,
        before: correction === null ? null : { correction },
        after: { state: entry.state },
      })),
    );
    return ok(
      tried.map((entry) => ({
        id: entry.intakeId,
        state: entry.state,
        message: entry.refusal ? explain(entry.refusal).message : null,
        saleOrderId: entry.saleOrderId,
      })),
    );
  });
}

/** Dismisses a waiting entry: it stays in the log, and is never tried again. Refuses INTAKE_NOT_FOUND, INTAKE_NOT_WAITING. */
export function dismissIntake(ctx: Ctx, id: IntakeId, reason: string): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const entry = await lockIntake(tx, id);
    if (!entry) return refuse("INTAKE_NOT_FOUND", { intake: id });
    if (entry.state === "DISMISSED") return ok();
    if (entry.state !== "RECEIVED" && entry.state !== "FAILED")
      return refuse("INTAKE_NOT_WAITING", { order: entry.channelOrderId, state: entry.state });
    await dismissRow(tx, id, ctx.now, ctx.actor.name);
    await audit(tx, ctx, {
      action: "intake.dismiss",
      recordType: "intake",
      recordId: id,
      recordCode: entry.channelOrderId,
      before: { state: entry.state },
      after: { state: "DISMISSED", reason },
    });
    return ok();
  });
}
