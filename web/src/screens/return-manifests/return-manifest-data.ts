/** A row of `GET /api/v1/return-manifests`. */
export interface ReturnManifestRow {
  readonly returnManifestId: string;
  readonly code: string;
  readonly state: "CREATED" | "CLOSED" | "DISCARDED";
  readonly facilityId: string;
  readonly facility: string;
  readonly channelId: string | null;
  readonly channel: string | null;
  readonly courier: string | null;
  readonly parcels: number;
  readonly unannounced: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly allowed: readonly string[];
}

export interface ReturnParcel {
  readonly shippingPackageId: string;
  readonly code: string;
  readonly state: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly channel: string;
  readonly awb: string | null;
  readonly returns: string | null;
  readonly units: number;
  readonly missing: number;
  readonly missingUnitIds: readonly string[];
  readonly announced: boolean;
  readonly scanned: string;
  readonly addedAt: string;
  readonly addedBy: string;
}

/** The answer of `GET /api/v1/return-manifests/:returnManifestId`. */
export interface ReturnManifest extends ReturnManifestRow {
  readonly parcelsOn: readonly ReturnParcel[];
}

/** What a scan put onto it. */
export interface ScannedParcel {
  readonly shippingPackageId: string;
  readonly package: string;
  readonly order: string;
  readonly channel: string;
  readonly announced: boolean;
  readonly units: number;
}
