import type { FacilityId, ManifestId } from "../../kernel/index.ts";
import type { AlarmCheck, AlarmFact } from "../../platform/alarms.ts";
import type { ManifestState } from "../manifest/manifest.ts";
import { cancelledOnManifests, invoicesAwaited, openShortages, REMOVAL_ALARM } from "./alarms.queries.ts";

/** A channel that has not given the invoice of what left there so many hours ago is asked about by a person. */
const INVOICE_AWAITED_HOURS = 4;

/** A manifest that the channel's cancellation took parcels off. */
export interface RemovedFrom {
  readonly manifestId: ManifestId;
  readonly code: string;
  readonly state: ManifestState;
  readonly facilityId: FacilityId;
  readonly packages: readonly string[];
}

/**
 * Stands until somebody has seen it or holds the goods in his hands: the manifest may close a minute later, while the parcel
 * lies in the courier's pile.
 */
export function removalAlarm({ manifestId, code, state, facilityId, packages }: RemovedFrom): AlarmFact {
  const which = packages.length === 1 ? `package ${packages[0]} was` : `packages ${packages.join(", ")} were`;
  const open = state === "CREATED";
  const since = open ? "" : ` It is ${state.toLowerCase()} by now, and nobody has said that they were kept back.`;
  return {
    kind: REMOVAL_ALARM,
    ...{ recordType: "manifest", recordId: manifestId, facilityId },
    severity: "CRITICAL",
    message: `The channel cancelled on its side: ${which} taken off manifest ${code}.${since}`,
    whatToDo: open
      ? "Keep the parcels back from the courier and press Seen on the manifest's page. This alarm stays until then, or until their goods are put away."
      : "Look for the parcels in the courier's pile before he takes it; one that he has taken he must bring back. Then press Seen on the manifest's page: this alarm stays until then, or until their goods are put away.",
  };
}

/** Raised for parcels that must be kept back, for what left that the books did not have, and for its invoices that are still awaited. */
export const adoptionChecks: readonly AlarmCheck[] = [
  {
    kinds: [REMOVAL_ALARM],
    check: async (_ctx, tx) => (await cancelledOnManifests(tx)).map(removalAlarm),
  },
  {
    kinds: ["STOCK_SHORTAGES_OPEN"],
    check: async (_ctx, tx) =>
      (await openShortages(tx)).map(({ facilityId, facility, units, skus, first }) => ({
        kind: "STOCK_SHORTAGES_OPEN",
        ...{ recordType: "facility", recordId: facilityId, facilityId },
        severity: "WARNING",
        message: `${units === 1 ? "1 unit" : `${units} units`} of ${skus === 1 ? "1 SKU" : `${skus} SKUs`} left ${facility} by the channels' panels without being in its books; ${first} is the oldest.`,
        whatToDo: "Open Inventory > Shortages: settle each from stock once its piece is in the books, or write it off.",
      })),
  },
  {
    kinds: ["ADOPTED_INVOICE_AWAITED"],
    check: async (ctx, tx) =>
      (await invoicesAwaited(tx, ctx.now.subtract({ hours: INVOICE_AWAITED_HOURS }))).map((late) => ({
        kind: "ADOPTED_INVOICE_AWAITED",
        ...{ recordType: "channel", recordId: late.channelId },
        severity: late.failed > 0 ? "CRITICAL" : "WARNING",
        message: `${late.channel} has not given the invoices of ${late.packages} packages that left from its panel more than ${INVOICE_AWAITED_HOURS} hours ago; ${late.first} has waited the longest.`,
        whatToDo:
          "Open Shipments with the filter Channel's step: each says what the channel answered; repeat what failed.",
      })),
  },
];
