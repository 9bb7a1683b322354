/** The marketplaces' own life: shoppers buy and change their minds, couriers deliver. Told over HTTP, drawn beforehand. */
import type { Fate, Plan, PlannedOrder } from "./plan.ts";
import type { Simulators } from "./scene.ts";

interface OrderThere {
  readonly id: string;
  readonly orderStatus: string;
  readonly items: readonly {
    readonly orderItemId: string;
    readonly sku: string;
    readonly status: string;
    readonly quantity: number;
    readonly cancelledQuantity: number;
  }[];
}

export class Market {
  readonly #simulators: Simulators;
  readonly #plan: Plan;
  /** Round in which somebody saw that the order had left. */
  readonly #leftIn = new Map<string, number>();

  constructor(simulators: Simulators, plan: Plan) {
    this.#simulators = simulators;
    this.#plan = plan;
  }

  /** What happens at the beginning of a round. */
  async liveThrough(round: number): Promise<void> {
    for (const order of this.#plan.orders) if (order.round === round) await this.#place(order);
    for (const order of this.#plan.orders) {
      const { fate, review } = order;
      if (review?.endRound === round) await this.#act(order, review.released ? "release" : "drop");
      if (fate.kind === "customer cancels" && fate.round === round) await this.#cancel(order, fate);
    }
    await this.#deliver(round);
  }

  /** Reviews that are still open come to their end. */
  async endReviews(): Promise<void> {
    for (const order of this.#plan.orders)
      if (order.review && order.review.endRound >= this.#plan.rounds)
        await this.#act(order, order.review.released ? "release" : "drop");
  }

  /** The order as the marketplace's own panel shows it. */
  async order(order: PlannedOrder): Promise<OrderThere> {
    const found = (await this.#orders(order.channel.source, order.id)).get(order.id);
    if (!found) throw new Error(`the marketplace knows ${order.id}`);
    return found;
  }

  async #place(order: PlannedOrder): Promise<void> {
    const wish = {
      ...{ id: order.id, seller: order.channel.username, items: order.items },
      placedMinutesAgo: order.placedMinutesAgo,
      ...(order.warehouse === null ? {} : { warehouse: order.warehouse }),
      ...(order.sellerShips ? { thirdPartyShipping: false } : {}),
      ...(order.awaitsAcceptance ? { orderStatus: "PENDING_VERIFICATION" } : {}),
      ...(order.review === null ? {} : { underReview: true }),
    };
    await this.#post(order, "", wish);
  }

  async #cancel(order: PlannedOrder, fate: Extract<Fate, { kind: "customer cancels" }>): Promise<void> {
    const there = await this.order(order);
    const chosen = fate.line === null ? there.items : there.items.slice(fate.line, fate.line + 1);
    // Who has the goods in hand cannot cancel them any more.
    const open = chosen.filter((item) => item.status === "CREATED");
    if (open.length === 0) return;
    const items = open.map(({ orderItemId, quantity, cancelledQuantity }) => ({
      ...{ orderItemId, quantity: quantity - cancelledQuantity },
    }));
    await this.#act(order, "cancel", { items, reason: "Changed my mind", late: fate.late }, [409]);
  }

  async #deliver(round: number): Promise<void> {
    const now = new Map<string, OrderThere>();
    for (const source of ["OKER", "AJIO_DROPSHIP", "MARKETPLACE"] as const)
      for (const [id, order] of await this.#orders(source)) now.set(id, order);
    for (const order of this.#plan.orders) {
      const alive = now.get(order.id)?.items.filter((item) => item.status !== "CANCELLED") ?? [];
      if (alive.length === 0 || !alive.every((item) => item.status === "DISPATCHED")) continue;
      const left = this.#leftIn.get(order.id) ?? round;
      this.#leftIn.set(order.id, left);
      if (order.deliveredAfter === null || round - left < order.deliveredAfter) continue;
      if (order.comesBack === "rto") await this.#act(order, "rto");
      else {
        await this.#act(order, "deliver");
        if (order.comesBack === "return") await this.#act(order, "return");
      }
    }
  }

  async #orders(source: keyof Simulators, id?: string): Promise<Map<string, OrderThere>> {
    const which = id === undefined ? "" : `?orderId=${encodeURIComponent(id)}`;
    const answer = await fetch(`${this.#simulators[source].url}/_sim/state${which}`);
    const { orders } = (await answer.json()) as { orders: OrderThere[] };
    return new Map(orders.map((order) => [order.id, order]));
  }

  #act(order: PlannedOrder, action: string, wish: object = {}, may: readonly number[] = []): Promise<void> {
    return this.#post(order, `/${encodeURIComponent(order.id)}/${action}`, wish, may);
  }

  async #post(order: PlannedOrder, path: string, wish: object, may: readonly number[] = []): Promise<void> {
    const { url } = this.#simulators[order.channel.source];
    const answer = await fetch(`${url}/_sim/orders${path}`, { method: "POST", body: JSON.stringify(wish) });
    const text = await answer.text();
    if (!answer.ok && !may.includes(answer.status)) throw new Error(`${path} of ${order.id} is done: ${text}`);
  }
}
