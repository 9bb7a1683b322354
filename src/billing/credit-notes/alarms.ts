import type { AlarmCheck } from "../../platform/alarms.ts";
import { type LateCredits, lateCredits } from "./due.store.ts";

/** AJIO takes two hours and a half, others a night; what has waited longer is a person's business. */
const LATE_HOURS = 24;

/** Raised for returns whose credit note failed, or is not there a day after their goods were put away, by channel. */
export const creditNoteChecks: readonly AlarmCheck[] = [
  {
    kinds: ["CREDIT_NOTES_LATE"],
    check: async (ctx, tx) =>
      (await lateCredits(tx, ctx.now.subtract({ hours: LATE_HOURS }))).map((late) => ({
        kind: "CREDIT_NOTES_LATE",
        recordType: "channel",
        recordId: late.channelId,
        severity: "WARNING",
        message: `${late.failed + late.waiting} returns of ${late.channelCode} have no credit note (${counts(late)}); ${late.first} waits the longest.`,
        whatToDo: "Open Pending RTO invoice and Pending CIR Return Invoice: each row says why, and what to do.",
      })),
  },
];

function counts({ failed, waiting }: LateCredits): string {
  return [
    ...(failed > 0 ? [`${failed} need a person`] : []),
    ...(waiting > 0 ? [`${waiting} waiting for more than ${LATE_HOURS} hours`] : []),
  ].join(", ");
}
