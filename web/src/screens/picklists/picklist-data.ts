/** A row of `GET /api/v1/picklists`. */
export interface PicklistRow {
  readonly picklistId: string;
  readonly code: string;
  readonly state: "CREATED" | "RECEIVED" | "CLOSED";
  readonly facilityId: string;
  readonly facility: string;
  readonly packages: number;
  /** Packages that are not invoiced yet. */
  readonly open: number;
  readonly units: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly receivedAt: string | null;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly allowed: readonly string[];
}

export interface ToFetch {
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly shelfId: string | null;
  readonly shelf: string | null;
  readonly quantity: number;
}

/** The answer of `GET /api/v1/picklists/:picklistId`. */
export interface PicklistDetail extends PicklistRow {
  readonly toFetch: readonly ToFetch[];
  readonly shipments: readonly {
    readonly shippingPackageId: string;
    readonly package: string;
    readonly order: string;
    readonly state: string;
    readonly units: readonly {
      readonly unit: string;
      readonly sku: string;
      readonly shelf: string | null;
      readonly outcome: string | null;
      readonly open: boolean;
    }[];
  }[];
}

export interface PutBack {
  readonly putBack: readonly { readonly sku: string; readonly shelf: string | null; readonly quantity: number }[];
}

/** "3 × TEE-M to A-01": what a person carries back. */
export const putBackWords = (answer: PutBack): string =>
  answer.putBack.map((line) => `${line.quantity} × ${line.sku} to ${line.shelf ?? "no shelf"}`).join(", ");
