/** A row of `GET /api/v1/manifests`. */
export interface ManifestRow {
  readonly manifestId: string;
  readonly code: string;
  readonly state: "CREATED" | "CLOSED" | "DISCARDED";
  readonly facilityId: string;
  readonly facility: string;
  readonly channelId: string;
  readonly channel: string;
  readonly channelName: string;
  /** The channel's courier that it is for; null: whichever the channel sends, or the seller ships. */
  readonly channelCourierCode: string | null;
  readonly courier: string;
  readonly thirdPartyShipping: boolean;
  /** Who makes the list: "channel" is asked before the manifest closes. */
  readonly listBy: "us" | "channel";
  readonly parcelsMax: number;
  /** The channel is asked at this moment: nothing may be changed until it has answered. */
  readonly asking: boolean;
  /** What the channel said when it was asked last and did not agree; the exchange behind it. */
  readonly channelMessage: string | null;
  readonly channelExchangeId: string | null;
  /** Parcels that it refused then. */
  readonly refused: number;
  readonly parcels: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly allowed: readonly string[];
}

export interface ManifestParcel {
  readonly shippingPackageId: string;
  readonly code: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly state: string;
  readonly awb: string | null;
  /** The channel's courier, where it ships. */
  readonly courier: string | null;
  /** Why the channel does not take it on this manifest, in its words. */
  readonly channelRefusal: string | null;
  /** What of it waits for a person's decision, in words. */
  readonly doubts: readonly string[];
  readonly invoiceNumber: string | null;
  readonly consignee: string;
  readonly city: string;
  readonly pincode: string;
  readonly units: number;
  readonly weightGrams: number | null;
  readonly collect: number | null;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly noticeState: string | null;
  readonly noticeMessage: string | null;
  readonly noticeSentAt: string | null;
}

/** The list that the channel made for one courier, or that a courier made when it was asked by its API. */
export interface ManifestFile {
  readonly manifestFileId: string;
  readonly courierCode: string;
  readonly courier: string;
  /** The courier that makes it; null: the channel makes it. */
  readonly providerId: string | null;
  /** The courier's number of it. */
  readonly number: string | null;
  /** Tracking numbers that the courier left off it, and why. */
  readonly refused: readonly {
    readonly awbs: readonly string[];
    readonly why: "ALREADY" | "UNKNOWN";
    readonly words: string;
  }[];
  readonly state: "WAITING" | "FAILED" | "STORED";
  readonly attempts: number;
  readonly message: string | null;
  readonly nextAttemptAt: string | null;
  readonly exchangeId: string | null;
  readonly documentId: string | null;
  readonly url: string | null;
}

/** A parcel that the channel took off it. */
export interface RemovedParcel {
  readonly shippingPackageId: string;
  readonly package: string;
  readonly order: string;
  /** Sent from the channel's panel, or cancelled there. */
  readonly why: "ADOPTED" | "CANCELLED";
  readonly at: string;
  readonly seenAt: string | null;
  readonly seenBy: string | null;
}

/** The answer of `GET /api/v1/manifests/:manifestId`. */
export interface ManifestDetail extends ManifestRow {
  readonly parcelsOn: readonly ManifestParcel[];
  /** The newest first. */
  readonly removed: readonly RemovedParcel[];
  /** Parcels by the state of the dispatch notice. */
  readonly notices: Readonly<Record<string, number>>;
  /** Lists of the channel, one a courier, and of couriers themselves; empty until it is closed, and where the list is ours alone. */
  readonly files: readonly ManifestFile[];
}
