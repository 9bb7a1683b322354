/** A row of `GET /api/v1/orders/under-review`: an order that its channel still looks at, with the stock kept for it. */
export interface ReviewRow {
  readonly id: string;
  readonly channel: string;
  readonly source: string;
  readonly channelOrderId: string;
  readonly state: "OPEN" | "ARRIVED" | "DROPPED";
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** The channel lists it no more: its order is looked for once more. */
  readonly unlistedAt: string | null;
  readonly settledAt: string | null;
  readonly settledBy: string | null;
  readonly saleOrderId: string | null;
  /** As the channel lists them; `sku` null: not mapped, so nothing is kept for the line. */
  readonly lines: readonly {
    readonly channelProductId: string;
    readonly channelSku: string;
    readonly quantity: number;
    readonly sku: string | null;
  }[];
  readonly kept: readonly {
    readonly sku: string;
    readonly facility: string;
    readonly wanted: number;
    readonly kept: number;
  }[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const keptOf = (row: Pick<ReviewRow, "kept">): number => sum(row.kept.map((part) => part.kept));
/** Units that the order wants, of mapped lines and of others. A line that is a bundle wants its parts. */
export const wantedOf = (row: Pick<ReviewRow, "kept" | "lines">): number =>
  Math.max(sum(row.kept.map((part) => part.wanted)), sum(row.lines.map((line) => line.quantity)));
export const linesOf = (row: Pick<ReviewRow, "lines">): string =>
  row.lines.map((line) => `${line.quantity} × ${line.sku ?? `${line.channelSku} (not mapped)`}`).join(", ");
