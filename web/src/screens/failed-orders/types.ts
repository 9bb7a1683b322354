/** A row of `GET /intake`. */
export interface IntakeRow {
  readonly id: string;
  readonly kind: string;
  readonly via: string;
  readonly channel: string;
  readonly source: string;
  readonly channelOrderId: string;
  readonly state: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly whatToDo: string | null;
  readonly waitsFor: readonly string[];
  readonly healsByItself: boolean;
  readonly saleOrderId: string | null;
  readonly seenCount: number;
  readonly attempts: number;
  readonly receivedAt: string;
  readonly lastSeenAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
}

/** `GET /intake/:id`. */
export interface IntakeDetail {
  readonly id: string;
  readonly raw: unknown;
  readonly answer: unknown;
  readonly correction: { readonly pincode?: string; readonly state?: string } | null;
  readonly facts: Readonly<Record<string, unknown>>;
}
