/** The marketplaces' own life: shoppers buy, sellers' staff work on panels, couriers deliver. Drawn beforehand, told over HTTP. */
import type { RunningSimulator, SimOrder } from "../../../connectors/kit/simulator/index.ts";
import type { PlannedOrder, WeekPlan } from "./plan.ts";

export type Simulators = ReadonlyMap<string, RunningSimulator>;

interface Happening {
  /** Simulated minutes from the beginning. */
  readonly at: number;
  readonly order: PlannedOrder;
  readonly what: "placed" | "panel";
}

/** What somebody did on a panel, for the auditor: he reads the rest in the marketplace's own log. */
export interface PanelAct {
  readonly source: string;
  readonly orderId: string;
  readonly kind: "dispatch" | "cancel";
  readonly lines: readonly string[];
  readonly at: Temporal.Instant;
}

const DELIVERIES_EACH_MINUTES = 120;
const PUSH_AGAIN_MINUTES = 5;

export class Market {
  readonly #simulators: Simulators;
  readonly #happenings: readonly Happening[];
  readonly #leftAt = new Map<string, number>();
  readonly #over = new Set<string>();
  /** Their ids there, by the plan's. */
  readonly #ids = new Map<string, string>();
  readonly #planned = new Map<string, PlannedOrder>();
  readonly acts: PanelAct[] = [];
  readonly #now: () => Temporal.Instant;
  /** Orders whose push was not acknowledged: pushed again until it is. */
  readonly #unheard: PlannedOrder[] = [];
  #pushAgainAt = Number.POSITIVE_INFINITY;
  #next = 0;
  #deliveriesAt = DELIVERIES_EACH_MINUTES;

  constructor(simulators: Simulators, plan: WeekPlan, now: () => Temporal.Instant) {
    this.#simulators = simulators;
    this.#now = now;
    this.#happenings = plan.orders
      .flatMap((order): Happening[] => [
        { at: order.placedAt, order, what: "placed" },
        ...(order.panel ? [{ at: order.placedAt + order.panel.after, order, what: "panel" } as const] : []),
      ])
      .sort((a, b) => a.at - b.at);
  }

  /** When something happens next, in minutes from the beginning. */
  nextAt(): number {
    return Math.min(
      this.#happenings[this.#next]?.at ?? Number.POSITIVE_INFINITY,
      this.#deliveriesAt,
      this.#pushAgainAt,
    );
  }

  /** Everything that has happened by then. */
  async live(minute: number): Promise<void> {
    for (let due = this.#happenings[this.#next]; due && due.at <= minute; due = this.#happenings[this.#next]) {
      this.#next++;
      if (due.what === "placed") await this.#place(due.order, minute);
      else await this.#onPanel(due.order);
    }
    if (this.#pushAgainAt <= minute) await this.#pushAgain(minute);
    for (; this.#deliveriesAt <= minute; this.#deliveriesAt += DELIVERIES_EACH_MINUTES) await this.#deliver(minute);
  }

  async #place(order: PlannedOrder, minute: number): Promise<void> {
    const { house, id, items, sellerShips } = order;
    const warehouse = house.warehouses?.[0];
    const placed = await this.#post(order, "", {
      ...{ seller: house.username, items, placedMinutesAgo: 0, thirdPartyShipping: !sellerShips },
      ...(warehouse === undefined ? {} : { warehouse }),
    });
    const there = (placed as { id: string }).id;
    this.#ids.set(id, there);
    this.#planned.set(there, order);
    if (house.pushes && !wasHeard(placed)) this.#hearLater(order, minute);
  }

  #hearLater(order: PlannedOrder, minute: number): void {
    this.#unheard.push(order);
    this.#pushAgainAt = Math.min(this.#pushAgainAt, minute + PUSH_AGAIN_MINUTES);
  }

  async #pushAgain(minute: number): Promise<void> {
    this.#pushAgainAt = Number.POSITIVE_INFINITY;
    for (const order of this.#unheard.splice(0))
      if (!wasHeard(await this.#post(order, `/${this.#path(order)}/push`, {}))) this.#hearLater(order, minute);
  }

  async #onPanel(order: PlannedOrder): Promise<void> {
    const { panel } = order;
    const id = this.#ids.get(order.id) ?? "";
    const there = this.#orders(order.house.source).find((each) => each.id === id);
    if (!panel || !there) throw new Error(`the marketplace knows ${order.id}`);
    const open = there.items.filter((item) => item.status === "CREATED");
    const chosen = panel.some ? open.slice(0, 1) : open;
    if (chosen.length === 0) return; // people here were faster
    const lines = chosen.map((item) => item.orderItemId);
    const wish = { items: lines.map((orderItemId) => ({ orderItemId })) };
    const at = this.#now();
    const done = await this.#post(order, `/${this.#path(order)}/${panel.kind}`, wish, [409]);
    if (done !== null) this.acts.push({ source: order.house.source, orderId: id, kind: panel.kind, lines, at });
  }

  /** The last round of the couriers: what they bring after it nobody would hear of before the week is judged. */
  async lastDelivery(minute: number): Promise<void> {
    await this.#deliver(minute);
    this.#deliveriesAt = Number.POSITIVE_INFINITY;
  }

  /** Couriers bring what has left for long enough, or bring it back. */
  async #deliver(minute: number): Promise<void> {
    for (const [, simulator] of this.#simulators)
      for (const there of simulator.remember().orders) {
        const order = this.#planned.get(there.id);
        if (!order || this.#over.has(order.id)) continue;
        const alive = there.items.filter((item) => item.status !== "CANCELLED");
        if (alive.length === 0 || !alive.every((item) => item.status === "DISPATCHED")) continue;
        const left = this.#leftAt.get(order.id) ?? minute;
        this.#leftAt.set(order.id, left);
        if (order.travels === null || minute - left < order.travels) continue;
        this.#over.add(order.id);
        await this.#arrive(order);
      }
  }

  async #arrive(order: PlannedOrder): Promise<void> {
    const path = `/${this.#path(order)}`;
    if (order.comesBack === "rto") return void (await this.#post(order, `${path}/rto`, {}));
    await this.#post(order, `${path}/deliver`, {});
    if (order.comesBack === "return") await this.#post(order, `${path}/return`, {});
  }

  /** Couriers of marketplaces that collect at the door take along what was handed over here. */
  async takeAway(orderIds: readonly string[]): Promise<void> {
    for (const id of orderIds) {
      const order = this.#planned.get(id);
      if (!order?.house.courierComes || order.sellerShips) continue;
      const open = this.#orders(order.house.source).find((each) => each.id === id);
      const items =
        open?.items.flatMap(({ status, orderItemId }) => (status === "CREATED" ? [{ orderItemId }] : [])) ?? [];
      if (items.length > 0) await this.#post(order, `/${this.#path(order)}/dispatch`, { items });
    }
  }

  /** Ids there of all that was placed. */
  placed(): readonly string[] {
    return [...this.#ids.values()];
  }

  #path(order: PlannedOrder): string {
    return encodeURIComponent(this.#ids.get(order.id) ?? "");
  }

  #orders(source: string): readonly Pick<SimOrder, "id" | "items">[] {
    return this.#of(source).remember().orders;
  }

  #of(source: string): RunningSimulator {
    const simulator = this.#simulators.get(source);
    if (!simulator) throw new Error(`${source} runs`);
    return simulator;
  }

  /** @returns the answer; null where it was refused and may be */
  async #post(order: PlannedOrder, path: string, wish: object, may: readonly number[] = []): Promise<unknown> {
    const { url } = this.#of(order.house.source);
    const answer = await fetch(`${url}/_sim/orders${path}`, { method: "POST", body: JSON.stringify(wish) });
    const text = await answer.text();
    if (!answer.ok && !may.includes(answer.status)) throw new Error(`${path} of ${order.id} is done: ${text}`);
    return answer.ok ? JSON.parse(text) : null;
  }
}

/** A marketplace that pushes goes on until it is told that its order has arrived. */
function wasHeard(answer: unknown): boolean {
  const { pushed } = answer as { pushed: { status: number | null; body: { status?: string } | null } | null };
  return pushed?.status === 200 && pushed.body?.status?.toUpperCase() === "SUCCESS";
}
