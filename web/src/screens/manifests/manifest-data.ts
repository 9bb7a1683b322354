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
  readonly courier: string;
  readonly thirdPartyShipping: boolean;
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

/** The answer of `GET /api/v1/manifests/:manifestId`. */
export interface ManifestDetail extends ManifestRow {
  readonly parcelsOn: readonly ManifestParcel[];
  /** Parcels by the state of the dispatch notice. */
  readonly notices: Readonly<Record<string, number>>;
}
