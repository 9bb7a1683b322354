import type { RunningSimulator, SimOrder } from "../../connectors/kit/simulator/index.ts";
import { toPushedOrder } from "../../connectors/protocol/simulator/wire.ts";
import type { SellerChannel } from "./seller.ts";

/** An order that stands at the simulator, as its marketplace would push it. */
export interface PlacedOrder {
  readonly id: string;
  readonly body: string;
}

/** Places an order at the simulator without its pushing it: the test chooses which server hears of it, and when. */
export async function placeQuietly(
  sim: RunningSimulator,
  channel: SellerChannel,
  items: readonly { sku: string; quantity?: number }[],
): Promise<PlacedOrder> {
  const wish = { seller: channel.username, items, paymentType: "PREPAID", push: false };
  const response = await fetch(`${sim.url}/_sim/orders`, { method: "POST", body: JSON.stringify(wish) });
  if (!response.ok) throw new Error(`the simulator takes the order: ${await response.text()}`);
  const { id, order } = (await response.json()) as { id: string; order: SimOrder };
  return { id, body: JSON.stringify(toPushedOrder(order)) };
}

export function orderOf(sim: RunningSimulator, id: string): SimOrder {
  const order = (sim.state().orders as SimOrder[]).find((each) => each.id === id);
  if (!order) throw new Error(`the simulator holds order ${id}`);
  return order;
}

/** What a push came to: acknowledged exactly when the answer says so; else refused, or nobody knows. */
export type Pushed =
  | { readonly kind: "acknowledged"; readonly atMs: number }
  | { readonly kind: "refused"; readonly status: number; readonly message: string }
  | { readonly kind: "unanswered"; readonly message: string };

export async function push(baseUrl: string, channel: SellerChannel, order: PlacedOrder): Promise<Pushed> {
  try {
    const response = await fetch(`${baseUrl}/uc/v1/order`, {
      method: "POST",
      headers: { "content-type": "application/json", ...channel.pushHeaders },
      body: order.body,
      signal: AbortSignal.timeout(60_000),
    });
    const { status, message } = (await response.json()) as { status?: string; message?: string };
    if (response.status === 200 && status === "success") return { kind: "acknowledged", atMs: Date.now() };
    return { kind: "refused", status: response.status, message: message ?? "" };
  } catch (error) {
    return { kind: "unanswered", message: error instanceof Error ? error.message : String(error) };
  }
}

/** A figure that the simulator was told, in the order in which they came. */
export interface StockFigure {
  readonly quantity: number;
  readonly receivedAt: string;
  readonly seller: string;
}

export function figuresOf(sim: RunningSimulator, channel: SellerChannel, productId: string): StockFigure[] {
  const stock = sim.state().stock as Record<string, { pushes: StockFigure[] }>;
  return (stock[productId]?.pushes ?? []).filter((figure) => figure.seller === channel.username);
}
