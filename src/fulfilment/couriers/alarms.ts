import type { AlarmCheck } from "../../platform/alarms.ts";
import { lateCourierLabels, lateTellings, unsureNumbers } from "./numbers.store.ts";

/** A parcel that waits for its courier so long is a person's business: its pickup may be in an hour. */
const LATE_MINUTES = 30;

export const courierChecks: readonly AlarmCheck[] = [
  {
    kinds: ["COURIER_NOT_TOLD"],
    check: async (ctx, tx) =>
      (await lateTellings(tx, ctx.now.subtract({ minutes: LATE_MINUTES }))).map((late) => ({
        kind: "COURIER_NOT_TOLD",
        recordType: "shipping_provider",
        recordId: late.providerId,
        severity: late.failed > 0 && late.cancels > 0 ? "CRITICAL" : "WARNING",
        message: `${late.provider} does not know of ${late.failed + late.waiting} of our parcels what it should (${late.cancels} numbers that are not used, ${late.failed} given up); ${late.first} waits the longest.`,
        whatToDo:
          "Open what couriers are told: repeat what failed, or say that the courier knows. A number that stays live may be charged.",
      })),
  },
  {
    kinds: ["COURIER_NUMBERS_UNSURE"],
    check: async (_ctx, tx) =>
      (await unsureNumbers(tx)).map((unsure) => ({
        kind: "COURIER_NUMBERS_UNSURE",
        recordType: "shipping_provider",
        recordId: unsure.providerId,
        severity: "CRITICAL",
        message: `${unsure.provider} may have given ${unsure.count} tracking numbers that did not arrive here, first of ${unsure.first}.`,
        whatToDo:
          "Look on the courier's panel, and say on each package's page which number it has, or that there is none.",
      })),
  },
  {
    kinds: ["COURIER_LABELS_LATE"],
    check: async (ctx, tx) =>
      (await lateCourierLabels(tx, ctx.now.subtract({ minutes: LATE_MINUTES }))).map((late) => ({
        kind: "COURIER_LABELS_LATE",
        recordType: "shipping_provider",
        recordId: late.providerId,
        severity: late.failed > 0 ? "CRITICAL" : "WARNING",
        message: `${late.provider} has given no tracking number for ${late.failed + late.waiting} packages for more than ${LATE_MINUTES} minutes (${late.failed} failed); ${late.first} waits the longest.`,
        whatToDo:
          "Open Shipments: each package says what the courier answered; label again what failed, or choose another courier.",
      })),
  },
];
