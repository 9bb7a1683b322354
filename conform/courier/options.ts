/** What a run against a courier's server was called with. */
import { type OperationId, operationIds } from "../../contract/validators.ts";
import type { Given } from "../arguments.ts";
import type { CommonOptions } from "../protocol.ts";

export type CourierOperation = Exclude<OperationId<"shipping-provider">, "pushDelivered">;

export interface CourierOptions extends CommonOptions {
  readonly protocol: "courier";
  /** Where parcels are delivered. */
  readonly pincode: string;
  /** Where they are collected. */
  readonly pickupPincode: string;
  /** One that the courier does not serve; null: that is not tried. */
  readonly unserviceablePincode: string | null;
  /** The seller's address as an id agreed with the courier; null: it is sent in full alone. */
  readonly pickupId: string | null;
}

export const COURIER_ARGUMENTS = ["pincode", "pickup-pincode", "unserviceable-pincode", "pickup-id"] as const;

export const COURIER_USAGE = `--protocol courier: what a hub asks of a courier (contract/shipping-provider.openapi.yaml).
Without --write it logs in and asks for the state of numbers that do not exist.
  --write              also book parcels, forward and reverse, change one, manifest and cancel them: on an
                       account for tests alone. What was booked is cancelled at the end
  --pincode PIN        where the parcels go; 560001
  --pickup-pincode PIN where they are collected; 110020
  --unserviceable-pincode PIN
                       one that is not served, and must be refused
  --pickup-id ID       the seller's address as an id agreed with you, tried beside the full address
`;

/** What the courier hosts: the last operation of the contract is called by it. */
export const COURIER_OPERATIONS: readonly CourierOperation[] = operationIds("shipping-provider").filter(
  (id) => id !== "pushDelivered",
);

const DELIVERY_PINCODE = "560001";
const PICKUP_PINCODE = "110020";

/** @returns the options, or in words what is wrong with them */
export function readCourier(given: Given, common: CommonOptions): CourierOptions | string {
  const pincode = given.pincode ?? DELIVERY_PINCODE;
  const pickupPincode = given["pickup-pincode"] ?? PICKUP_PINCODE;
  const unserviceablePincode = given["unserviceable-pincode"] ?? null;
  for (const [name, pin] of Object.entries({ pincode, pickupPincode, unserviceablePincode }))
    if (pin !== null && !/^[1-9]\d{5}$/.test(pin)) return `"${pin}" (${name}) is no PIN code; it has six digits.`;
  const pickupId = given["pickup-id"] ?? null;
  return { ...common, protocol: "courier", pincode, pickupPincode, unserviceablePincode, pickupId };
}
