/** The contract between the core and a courier: what it says of itself, and the operations that go with it. */
import type {
  Call,
  FieldDeclaration,
  Limits,
  Outcome,
  SettingDeclaration,
  SourceIdentity,
} from "../../connectors/kit/index.ts";
import type { Instant, Paise } from "../../src/kernel/index.ts";

export interface CourierIdentity {
  /** In the database: PROTOCOL. */
  readonly id: string;
  readonly label: string;
  readonly about: string;
  /** Beside the base URL and the provider's code, which every account has. */
  readonly fields: readonly FieldDeclaration[];
  readonly settings: readonly SettingDeclaration[];
  readonly limits: Limits;
  /** Where its API is served, if that is public and the same for everybody. */
  readonly hosts?: NonNullable<SourceIdentity["hosts"]>;
  readonly capabilities: CourierCapabilities;
}

/** What the account's settings decide: the name of the setting (a switch or a number). `abilitiesOf` reads it. */
export interface BySetting {
  readonly setting: string;
}

/** What a courier can do. Each member that is present forces the operation of the same name. */
export interface CourierCapabilities {
  readonly verify: true;
  readonly createWaybill: {
    readonly reverse: boolean;
    /**
     * Does a second request for the same code get the same number? Where it does, a lost answer is asked for again. Where it
     * does not, a person looks first: the protocol has no call that reads a number back by its code.
     */
    readonly repeatGivesSame: boolean | BySetting;
  };
  readonly updateWaybill?: true;
  readonly cancelWaybill?: true;
  readonly track: { readonly batchMax: number; readonly everyMinutes: number | BySetting };
  readonly manifest?: true | BySetting;
  /** A label (or a manifest) of the courier's own, by the address that it gave. */
  readonly fetchLabel?: true;
}

export interface WaybillParty {
  readonly name: string;
  readonly phone: string;
  readonly email: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly stateName: string;
  /** Two digits of the GST list. */
  readonly stateCode: string;
  readonly pincode: string;
  /** ISO 3166, two letters. */
  readonly country: string;
  readonly gstin: string | null;
}

export interface WaybillLine {
  readonly skuCode: string;
  readonly name: string;
  readonly quantity: number;
  /** Of one piece, tax included. */
  readonly price: Paise;
  readonly hsn: string | null;
  readonly brand: string | null;
  readonly color: string | null;
  readonly size: string | null;
  readonly category: string | null;
  readonly ean: string | null;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** A parcel that wants a tracking number. */
export interface WaybillWish {
  readonly direction: "FORWARD" | "REVERSE";
  /** The package's code, or the reverse pickup's. */
  readonly code: string;
  /** Of our side: the facility that it leaves, or that takes it back. Couriers may know its address by an id. */
  readonly facilityCode: string;
  readonly orderCode: string;
  readonly displayOrderCode: string;
  readonly channelCode: string;
  readonly channelName: string;
  readonly orderedAt: Instant;
  /** By when it is to be handed over. */
  readonly dispatchBy: Instant;
  readonly invoiceNumber: string | null;
  readonly weightGrams: number;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly boxes: number;
  readonly lines: readonly WaybillLine[];
  /** Where it is collected: the facility (forward) or the customer (reverse). */
  readonly pickup: WaybillParty;
  /** Where it goes: the customer (forward) or the facility that takes returns (reverse). */
  readonly delivery: WaybillParty;
  /** Where it comes back to if nobody takes it: forward only. */
  readonly returnTo: WaybillParty | null;
  readonly total: Paise;
  /** To be collected on delivery; 0 where it is paid. */
  readonly collect: Paise;
  /** The order's shipping method: STD. */
  readonly shippingMethod: string;
  readonly customFields: readonly NamedValue[];
}

export interface Waybill {
  readonly awb: string;
  /** Who carries it, behind an aggregator. */
  readonly carrier: string | null;
  readonly routingCode: string | null;
  /** Address of the courier's own label (PDF). Null: it makes none, or the account's settings say that ours is used. */
  readonly labelUrl: string | null;
}

export interface WaybillChange {
  readonly direction: WaybillWish["direction"];
  readonly awb: string;
  readonly code: string;
  readonly orderCode: string;
  readonly displayOrderCode: string;
  readonly channelCode: string;
  readonly channelName: string;
  readonly orderedAt: Instant;
  readonly weightGrams: number;
  readonly lengthMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
  readonly boxes: number;
}

/** A word of the courier about a parcel, as it wrote it. */
export interface CourierScan {
  readonly raw: string;
  readonly at: Instant | null;
  readonly place: string | null;
  readonly remark: string | null;
}

export interface TrackedParcel {
  readonly awb: string;
  /** Oldest first; the last one is where it stands. */
  readonly scans: readonly CourierScan[];
  /** What it says of attempts that failed. It may stay after a later attempt succeeded: the last scan says where it stands. */
  readonly ndr: {
    readonly code: string | null;
    readonly reason: string | null;
    readonly attempts: number | null;
    /** When it means to try again, where it says so. */
    readonly nextAttemptAt?: Instant | null;
  } | null;
  readonly expectedAt: Instant | null;
  /** Tracking number of the way back, where it has one of its own. */
  readonly rtoAwb: string | null;
}

export interface Tracked {
  readonly parcels: readonly TrackedParcel[];
  /** Numbers that the courier does not know, in the spelling of the question. */
  readonly unknown: readonly string[];
  /** What could not be read, in words. */
  readonly rejected: readonly string[];
}

export type CourierManifestAnswer =
  | { readonly kind: "made"; readonly number: string; readonly url: string }
  | {
      readonly kind: "refused";
      readonly awbs: readonly string[];
      readonly why: "ALREADY" | "UNKNOWN";
      readonly words: string;
    };

/** What goes into each operation and what comes out. */
export interface CourierIo {
  verify: { in: null; out: null };
  createWaybill: { in: WaybillWish; out: Waybill };
  updateWaybill: { in: WaybillChange; out: null };
  /** Takes the tracking number. A number that the courier gave back before is a success. */
  cancelWaybill: { in: string; out: null };
  track: { in: readonly string[]; out: Tracked };
  manifest: { in: readonly string[]; out: CourierManifestAnswer };
  /** Takes the address as the courier gave it, of a label or of a manifest: bytes of a PDF. */
  fetchLabel: { in: string; out: Buffer };
}
export type CourierOperation = keyof CourierIo;

export interface Courier extends CourierIdentity {
  readonly operations: {
    readonly [K in CourierOperation]?: (call: Call, input: CourierIo[K]["in"]) => Promise<Outcome<CourierIo[K]["out"]>>;
  };
}

type OperationsOf<C extends CourierCapabilities> = {
  readonly [K in CourierOperation as K extends keyof C ? (C[K] extends undefined ? never : K) : never]: (
    call: Call,
    input: CourierIo[K]["in"],
  ) => Promise<Outcome<CourierIo[K]["out"]>>;
};

/** Declares a courier. The types refuse a capability without its operation and an operation without its capability. */
export function defineCourier<const C extends CourierCapabilities>(
  declared: Omit<CourierIdentity, "capabilities"> & {
    readonly capabilities: C;
    readonly operations: OperationsOf<C> & { readonly [K in Exclude<CourierOperation, keyof C>]?: never };
  },
): Courier {
  return declared;
}
