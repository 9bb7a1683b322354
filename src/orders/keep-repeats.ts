import type { IntakeId, Refusal } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { openExceptions } from "./exceptions.store.ts";
import { base, type Judged, type Receipt, refusalOf, words } from "./judged.ts";
import * as store from "./receive.store.ts";

/** Keeps entries that claim no order id. What a pulled window shows again as it was is counted, not kept twice. Gives the new ones. */
export async function setAside(
  tx: Tx,
  ctx: Ctx,
  rows: readonly (Omit<store.IntakeRow, "state" | "waitsFor"> & { readonly state: "IGNORED" })[],
): Promise<Set<IntakeId>> {
  const pulled = rows.filter((row) => row.via === "PULL");
  const counted = pulled.length === 0 ? new Set() : await store.countAsides(tx, pulled, ctx.now);
  const fresh = rows.filter((row) => !counted.has(row.intakeId));
  if (fresh.length > 0) await store.insertAside(tx, fresh, ctx.now, ctx.actor.name);
  return new Set(fresh.map((row) => row.intakeId));
}

/** Notes orders that are not taken: nothing that a channel ever showed us is invisible. */
export async function keepAside(tx: Tx, ctx: Ctx, judged: readonly Judged[]): Promise<void> {
  const rows = judged.map((j) => ({
    ...{ ...base(j.given), state: "IGNORED" as const, ...words(refusalOf(j)), saleOrderId: null },
  }));
  await setAside(tx, ctx, rows);
}

/** An order that stands here already, with the same content: a pulled one is counted, a pushed one kept as DUPLICATE beside it. */
export async function keepRepeats(
  tx: Tx,
  ctx: Ctx,
  same: readonly { j: Judged; entry: store.SeenIntake }[],
  receipts: Map<IntakeId, Receipt>,
): Promise<void> {
  if (same.length === 0) return;
  await store.countRepeats(
    tx,
    same.map((s) => s.entry.intakeId),
    ctx.now,
  );
  const waiting = same.filter((s) => s.j.given.via === "PULL" && s.entry.saleOrderId === null);
  if (waiting.length > 0)
    await store.refreshWaiting(
      tx,
      waiting.map(({ j, entry }) => ({ intakeId: entry.intakeId, raw: j.given.raw })),
    );
  const pushed = same.filter((s) => s.j.given.via !== "PULL"); // a pulled window shows the same orders each time: counted, not kept
  if (pushed.length > 0)
    await store.insertAside(
      tx,
      pushed.map(({ j, entry }) => ({
        ...base(j.given),
        state: "DUPLICATE" as const,
        code: null,
        facts: { of: entry.intakeId },
        message: null,
        saleOrderId: entry.saleOrderId,
      })),
      ctx.now,
      ctx.actor.name,
    );
  for (const { j, entry } of same) {
    const failed = entry.state === "FAILED" && entry.waitsFor === null ? refusalOf(j) : null;
    receipts.set(j.given.intakeId, {
      intakeId: j.given.intakeId,
      state: "DUPLICATE",
      accepted: failed === null,
      refusal: failed,
      saleOrderId: entry.saleOrderId,
    });
  }
}

/** An order that stands here already with other content: kept aside, and a person sees it. */
export async function keepConflicts(
  tx: Tx,
  ctx: Ctx,
  conflicts: readonly { j: Judged; entry: store.SeenIntake }[],
  receipts: Map<IntakeId, Receipt>,
): Promise<void> {
  if (conflicts.length === 0) return;
  const refusal = (j: Judged): Refusal => ({ code: "SAME_ID_OTHER_CONTENT", facts: { order: j.given.channelOrderId } });
  const news = await setAside(
    tx,
    ctx,
    conflicts.map(({ j, entry }) => ({
      ...base(j.given),
      state: "IGNORED" as const,
      ...words(refusal(j)),
      saleOrderId: entry.saleOrderId,
    })),
  );
  await openExceptions(
    tx,
    ctx,
    conflicts
      .filter(({ j }) => news.has(j.given.intakeId))
      .map(({ j, entry }) => ({
        kind: "SAME_ID_OTHER_CONTENT" as const,
        channelId: j.given.channelId,
        saleOrderId: entry.saleOrderId,
        intakeId: j.given.intakeId,
        key: `${entry.intakeId}:${j.given.contentHash}`,
        facts: { order: j.given.channelOrderId, firstIntakeId: entry.intakeId },
      })),
  );
  for (const { j, entry } of conflicts)
    receipts.set(j.given.intakeId, {
      intakeId: j.given.intakeId,
      state: "CONFLICT",
      accepted: false,
      refusal: refusal(j),
      saleOrderId: entry.saleOrderId,
    });
}
