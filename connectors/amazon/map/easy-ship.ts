/** Easy Ship: the seller packs, Amazon collects in a slot of time, invoices and labels. Pure. */
import type { RequestBody, ResponseBody, Schema } from "../../../contract/types.ts";
import type { Instant } from "../../../src/kernel/index.ts";
import type { PackFacts } from "../../kit/index.ts";
import { MARKETPLACE } from "./market.ts";
import { timeOf } from "./time.ts";

type TimeSlot = Schema<"amazon", "TimeSlot">;

/** Amazon takes no weight below this. */
const GRAMS_MIN = 11;
const MM_PER_CM = 10;

/** Box and weight, for which Amazon offers slots. */
export function slotsRequest(packed: PackFacts): RequestBody<"amazon", "listHandoverSlots"> {
  const { channelOrderId, lengthMm, widthMm, heightMm, weightGrams } = packed;
  return {
    marketplaceId: MARKETPLACE,
    amazonOrderId: channelOrderId,
    packageDimensions: {
      length: lengthMm / MM_PER_CM,
      width: widthMm / MM_PER_CM,
      height: heightMm / MM_PER_CM,
      unit: "cm",
    },
    packageWeight: { value: Math.max(GRAMS_MIN, weightGrams), unit: "g" },
  };
}

export function scheduleRequest(packed: PackFacts, slot: TimeSlot): RequestBody<"amazon", "createScheduledPackage"> {
  const { slotId, startTime, endTime } = slot;
  return {
    amazonOrderId: packed.channelOrderId,
    marketplaceId: MARKETPLACE,
    packageDetails: {
      packageTimeSlot: {
        slotId,
        ...(startTime === undefined ? {} : { startTime }),
        ...(endTime === undefined ? {} : { endTime }),
      },
      packageIdentifier: packed.packageCode,
    },
  };
}

/**
 * The slot to take: the first that ends before the order must have left; where none does, the first of all, for a parcel that
 * leaves late is better than one that stays. Amazon's collection goes before bringing it to Amazon. Null: there is none.
 */
export function pickSlot(
  slots: ResponseBody<"amazon", "listHandoverSlots", 200>["timeSlots"],
  shipBy: Instant | null,
): TimeSlot | null {
  const isCollected = ({ handoverMethod }: TimeSlot) => (handoverMethod ?? "PICKUP").toUpperCase() === "PICKUP";
  const startOf = ({ startTime }: TimeSlot) => timeOf(startTime)?.epochMilliseconds ?? Number.MAX_SAFE_INTEGER;
  const sorted = [...slots].sort(
    (one, other) => Number(isCollected(other)) - Number(isCollected(one)) || startOf(one) - startOf(other),
  );
  const inTime = sorted.find(({ endTime }) => {
    const ends = timeOf(endTime);
    return ends !== null && (shipBy === null || Temporal.Instant.compare(ends, shipBy) <= 0);
  });
  return inTime ?? sorted[0] ?? null;
}

/** `packageStatus` of a package whose label Amazon voided. */
export const LABEL_VOID = "LabelCanceled";

/** Amazon's codes of the operation. */
export const ALREADY_SCHEDULED = "ScheduledPackageAlreadyExists";
/** The slot is gone since it was offered: others are asked for once. */
export const SLOT_GONE: ReadonlySet<string> = new Set([
  "RetryableAfterGettingNewSlots",
  "TimeSlotNotAvailable",
  "InvalidTimeSlotId",
]);
