import { queueNotices } from "../channels/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { PutawayItem, PutawayKind } from "../putaway/index.ts";
import { gradeLines } from "./grade-lines.ts";
import { RETURN_PUTAWAYS } from "./put-away.ts";
import { gradedParcels } from "./report-grades.store.ts";
import type { ReturnCaseId } from "./return-case.ts";

/**
 * Units of returns got a grade on a list, or another one: their channel is told, where its source takes grades, in the same
 * transaction. One report a parcel says everything that is graded of it; what waits to be told joins it, and what was told
 * is not told again.
 */
export async function reportGrades(
  tx: Tx,
  ctx: Ctx,
  graded: { putaway: { readonly kind: PutawayKind }; items: readonly PutawayItem[] },
): Promise<void> {
  if (!RETURN_PUTAWAYS.has(graded.putaway.kind)) return;
  // Units of these lists were brought by returns alone (`receiveUnits`).
  const ids = [...new Set(graded.items.flatMap((item) => (item.sourceId === null ? [] : [item.sourceId])))];
  const parcels = await gradedParcels(tx, ids as ReturnCaseId[]);
  await queueNotices(
    tx,
    ctx,
    parcels.flatMap(({ units, kind, packageCode, channelReturnId, ...of }) => {
      const lines = gradeLines(units);
      return lines.length === 0
        ? []
        : [{ kind: "GRADE" as const, ...of, grades: { packageCode, kind, channelReturnId, lines } }];
    }),
  );
}
