/** What a simulated courier holds. Times UTC, amounts paise. */

import type { Clock, PushRecord, Seller, Tamper } from "../../../connectors/kit/simulator/index.ts";
import type { Schema } from "../../../contract/types.ts";
import type { Step } from "./vocabulary.ts";

export type Direction = "FORWARD" | "REVERSE";

export interface SimScan {
  readonly at: string;
  readonly status: string;
  readonly subStatus: string;
  readonly remark: string;
  readonly place: string;
  readonly pincode: string;
}

/** One parcel, from its waybill on. */
export interface SimParcel {
  /** The tracking number. */
  readonly id: string;
  readonly seller: string;
  readonly direction: Direction;
  /** The shipper's code of it: package or reverse pickup. */
  readonly code: string;
  readonly madeAt: string;
  /** As it arrived, whole. */
  readonly wish: Schema<"shipping-provider", "WaybillRequest">;
  readonly carrier: string;
  readonly routingCode: string;
  readonly collectPaise: number;
  grams: number;
  sizeMm: readonly [length: number, breadth: number, height: number];
  boxes: number;
  /** Oldest first; the last is where it stands. */
  readonly scans: SimScan[];
  attempts: number;
  ndr: { readonly code: string; readonly reason: string; readonly nextAttempt: string } | null;
  rto: { readonly awb: string; readonly reason: string } | null;
  expectedAt: string;
  manifest: number | null;
  cancelledAt: string | null;
  /** How often its number was asked for again. */
  repeats: number;
  updates: number;
  /** What is still to happen by itself, in the order of its happening. */
  plan: { readonly step: Step; readonly dueAt: string }[];
  /** What the other side was told, and what it answered. */
  readonly pushes: PushRecord[];
}

export interface SimManifest {
  readonly number: number;
  readonly seller: string;
  readonly madeAt: string;
  readonly awbs: readonly string[];
}

export interface ServedPincode {
  readonly pincode: string;
  readonly cod: boolean;
}

/** How the courier behaves; changed while it runs by `POST /_sim/settings`. */
export interface CourierSettings {
  /** It prints labels. */
  readonly labels: boolean;
  /** What a second request for the same shipment code gets. */
  readonly repeat: "same" | "another";
  /** Tracking answers give all scans, or the present status alone. */
  readonly history: boolean;
  /** How the outcome of tracking is spelt, in one version of the protocol and in another. */
  readonly statusKey: "status" | "Status";
  readonly cancelCase: "upper" | "lower";
  /** What the other side is told by itself. The published page has deliveries alone. */
  readonly pushes: "none" | "delivered" | "all";
  /** When parcels begin to move by themselves. */
  readonly life: "by hand" | "after waybill" | "after manifest";
  /** Between two steps of a parcel that moves by itself. */
  readonly stepMinutes: number;
  /** Shares of parcels, 0 to 1, that fail a delivery, come back, are lost, or meet a word that nobody knows. */
  readonly ndrRate: number;
  readonly rtoRate: number;
  readonly lostRate: number;
  readonly unknownRate: number;
}

/** Who the courier is: two of them may run side by side. */
export interface CourierHouse {
  /** As it is known to the seller's system, unless a target says otherwise: HAWK. */
  readonly code: string;
  readonly label: string;
  /** An aggregator's carriers; a courier carries by itself. */
  readonly carriers?: readonly string[];
}

export interface CourierSimulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Loopback unless said otherwise. */
  readonly host?: string;
  readonly clock?: Clock;
  readonly seed?: number;
  readonly house?: CourierHouse;
  /** `account.addressIds`: ids of the seller's addresses that the courier knows, separated by commas. */
  readonly accounts?: readonly Seller[];
  readonly tokenMinutes?: number;
  /** Absent: it goes everywhere, with COD. */
  readonly pincodes?: readonly ServedPincode[];
  readonly settings?: Partial<CourierSettings>;
  /** Parcels that are kept; past it the oldest are forgotten. */
  readonly parcelsMax?: number;
  /** Of an earlier life, as `remember()` gave it. */
  readonly remembered?: RememberedCourier;
  /** Changes an answer before it leaves: plants what no fault on demand does. */
  readonly tamper?: Tamper;
}

/** What outlives a simulator: plain JSON. */
export interface RememberedCourier {
  readonly parcels: readonly SimParcel[];
  readonly manifests: readonly SimManifest[];
}

/** Where tracking words are pushed to. */
export interface PushTarget {
  readonly url: string;
  /** clientid, merchantid, securitykey. */
  readonly headers: Readonly<Record<string, string>>;
  /** The courier's code there; its own when left out. */
  readonly providerCode?: string | undefined;
  readonly facilityCode?: string | undefined;
}
