import { z } from "zod";
import { readTenantSetting, tenantSetting } from "../identity/index.ts";
import type { AlarmCheck } from "../platform/alarms.ts";
import {
  type LateParcels,
  missingFiles,
  pastDeadline,
  readySince,
  type StandingParcels,
} from "./hand-over-alarms.queries.ts";

/** How long a labelled parcel may stand before somebody is told. */
export const handOverAlarmHours = tenantSetting({
  name: "fulfilment.handOverAlarmHours",
  label: "Alarm for parcels that are ready but on no closed manifest (hours)",
  help: "A labelled parcel that is on no manifest, or on one that is still open, after so many hours raises an alarm: parcels that leave without a closed manifest are not dispatched for the channel.",
  schema: z.number().int().min(1).max(240),
  initial: 4,
});

/** Raised for parcels that are packed and labelled, but not handed over (behaviours part (d), 8), and for those past their deadline (13). */
export const handOverChecks: readonly AlarmCheck[] = [
  {
    kinds: ["PARCELS_NOT_MANIFESTED"],
    check: async (ctx, tx) => {
      const hours = await readTenantSetting(tx, handOverAlarmHours);
      return (await readySince(tx, ctx.now.subtract({ hours }))).map((late) => ({
        kind: "PARCELS_NOT_MANIFESTED",
        ...about(late),
        severity: "WARNING",
        message: `${count(late)} in ${late.facility} ready for more than ${hours} hours and on no closed manifest${onOpen(late)}; ${late.first} has waited the longest.`,
        whatToDo:
          "Close the manifest before handing over: scan them into one and close it, or find out where they are.",
      }));
    },
  },
  {
    kinds: ["CHANNEL_MANIFEST_MISSING"],
    check: async (_ctx, tx) =>
      (await missingFiles(tx)).map((file) => ({
        kind: "CHANNEL_MANIFEST_MISSING",
        ...{ recordType: "manifest", recordId: file.manifestId, facilityId: file.facilityId },
        severity: "WARNING",
        message:
          `The list that ${file.channel} made for manifest ${file.manifest} could not be downloaded (${file.couriers.join(", ")}). ${file.message ?? ""}`.trim(),
        whatToDo:
          "Press Download now on the manifest's page, or take the file from the channel's panel; the parcels have left all the same.",
      })),
  },
  {
    kinds: ["DISPATCH_LATE"],
    check: async (ctx, tx) =>
      (await pastDeadline(tx, ctx.now)).map((late) => ({
        kind: "DISPATCH_LATE",
        ...about(late),
        severity: "CRITICAL",
        message: `${count(late)} in ${late.facility} past the channel's dispatch-by time; ${late.first} is the most overdue.`,
        whatToDo: "Sort Shipments by dispatch-by and hand these over first: marketplaces fine late parcels.",
      })),
  },
];

function onOpen({ parcels, onOpenManifests }: StandingParcels): string {
  if (onOpenManifests === 0) return "";
  return onOpenManifests === parcels ? " (on one that is open)" : ` (${onOpenManifests} on one that is open)`;
}

function about({ facilityId }: LateParcels) {
  return { recordType: "facility", recordId: facilityId, facilityId };
}

function count({ parcels }: LateParcels): string {
  return parcels === 1 ? "1 parcel is" : `${parcels} parcels are`;
}
