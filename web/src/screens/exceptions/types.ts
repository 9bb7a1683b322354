/** A row of `GET /exceptions`: the doubt in words, with the choices a person has. */
export interface ExceptionRow {
  readonly id: string;
  readonly kind: string;
  readonly state: "OPEN" | "RESOLVED";
  readonly facts: Readonly<Record<string, unknown>>;
  readonly channel: string | null;
  readonly saleOrderId: string | null;
  readonly orderCode: string | null;
  readonly packageId: string | null;
  readonly intakeId: string | null;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly choice: string | null;
  readonly note: string | null;
  readonly message: string;
  readonly choices: readonly { readonly code: string; readonly label: string; readonly effect: string }[];
}

/** Short names of the kinds, for filters and headings. The sentence itself comes from the server. */
export const kindWords: Readonly<Record<string, string>> = {
  CHANNEL_CANCEL_NOT_ALLOWED: "Cancelled on the channel",
  CHANNEL_CANCEL_TOO_LATE: "Cancelled on the channel, too late",
  SELLER_CANCEL_REFUSED: "Cancellation refused",
  CANCEL_AFTER_DISPATCH: "Cancelled after it left",
  DISPATCHED_ON_CHANNEL: "Left there, still here",
  PART_LEFT_ON_CHANNEL: "A part of a package left there",
  LEFT_THOUGH_CANCELLED: "Left there, cancelled here",
  ACCEPTANCE_REFUSED: "Acceptance refused",
  SAME_ID_OTHER_CONTENT: "Same id, other content",
  UNKNOWN_STATUS: "Unknown status",
  RETURN_WITHOUT_DISPATCH: "Return of what did not leave",
  DELIVERED_WITHOUT_DISPATCH: "Delivered, but still here",
  DELIVERED_WHILE_RETURNING: "Delivered, but expected back",
  RETURN_UNIT_MISSING: "Came back without a unit",
  GATEPASS_SHORT: "Goods of a gatepass short",
};
