import type { AlarmCheck } from "../../platform/alarms.ts";
import type { ChannelStep } from "./channel-step.ts";
import { type LateSteps, lateSteps } from "./store.ts";

/** A parcel that waits for its channel so long is a person's business: its pickup may be in an hour. */
const LATE_MINUTES = 30;

/** Raised for invoices and labels that channels were to make and have not, by channel. */
export const channelStepChecks: readonly AlarmCheck[] = [
  {
    kinds: ["CHANNEL_STEPS_LATE"],
    check: async (ctx, tx) =>
      (await lateSteps(tx, ctx.now.subtract({ minutes: LATE_MINUTES }))).map((late) => ({
        kind: "CHANNEL_STEPS_LATE",
        recordType: "channel",
        recordId: late.channelId,
        severity: late.failed > 0 ? "CRITICAL" : "WARNING",
        message: `${late.channelCode} has not given what ${late.failed + late.waiting} packages were to get from it for more than ${LATE_MINUTES} minutes (${counts(late)}); ${late.first} waits for its ${WHAT[late.firstStep]} the longest.`,
        whatToDo:
          "Open Shipments with the filter Channel's step: each says what the channel answered; repeat what failed.",
      })),
  },
];

const WHAT: Readonly<Record<ChannelStep, string>> = { INVOICE: "invoice", LABEL: "label" };

function counts({ failed, waiting }: LateSteps): string {
  return [...(failed > 0 ? [`${failed} failed`] : []), ...(waiting > 0 ? [`${waiting} waiting`] : [])].join(", ");
}
