/** One marketplace and one seller for the stories of its status sync; time passes as it is told to. */
import type { SimOrder } from "../../connectors/kit/simulator/index.ts";
import { type House, SKUS } from "../simulation/week/houses.ts";
import { type Place, setTheScene, type WeekScene } from "../simulation/week/scene.ts";

const STEP_MINUTES = 1;
/** The hard ceiling for Dispatched and Cancelled. */
const CEILING_MINUTES = 10;
/** A facility whose series nobody has made yet. */
export const PLACE_WITHOUT_SERIES = "BLR2";
const PIECES = 50;

export interface UnitHere {
  readonly line: string;
  readonly state: string;
  readonly short: boolean;
  readonly package: string | null;
  readonly packageState: string | null;
  readonly invoices: number;
  readonly numberedBy: string | null;
}

export class Stage {
  readonly house: House;
  readonly scene: WeekScene;
  readonly facilityId: string;

  private constructor(house: House, scene: WeekScene, facilityId: string) {
    this.house = house;
    this.scene = scene;
    this.facilityId = facilityId;
  }

  /** The first SKU is never in stock; of each other there are fifty. */
  static async set(house: House, place: Place): Promise<Stage> {
    let facilityId = "";
    const scene = await setTheScene(
      {
        ...{ seed: 7, houses: [house], facility: PLACE_WITHOUT_SERIES },
        prepare: async (client) => {
          const [first] = (await client.must<{ rows: Record<string, unknown>[] }>("GET", "/facilities")).rows;
          const made = await client.must<{ facilityId: string }>("POST", "/facilities", {
            ...{ code: PLACE_WITHOUT_SERIES, name: "Second warehouse", line1: "2 Godown Road", city: "Bengaluru" },
            ...{ stateCode: "29", pincode: "560068", gstin: first?.gstin, legalName: "Kurtikart Private Limited" },
          });
          facilityId = made.facilityId;
          for (const sku of SKUS.slice(1))
            await client.must("POST", "/inventory/adjustments", {
              ...{ facility: PLACE_WITHOUT_SERIES, sku, kind: "ADD", quantity: PIECES },
            });
        },
      },
      place,
    );
    return new Stage(house, scene, facilityId);
  }

  close(): Promise<void> {
    return this.scene.close();
  }

  /**
   * A shopper buys; the channel ships where it can, unless `sellerShips`.
   * @param wish `offered`: the seller has to accept it; `warehouse`: at another one of the seller's than the first
   * @returns the marketplace's id
   */
  async order(wish: {
    sku: string;
    quantity?: number;
    sellerShips?: boolean;
    warehouse?: string;
    offered?: boolean;
  }): Promise<string> {
    const { username, warehouses, sellerShips } = this.house;
    const warehouse = wish.warehouse ?? warehouses?.[0];
    const placed = await this.#post("", {
      ...{
        seller: username,
        items: [{ sku: wish.sku, quantity: wish.quantity ?? 1 }],
        placedMinutesAgo: 0,
      },
      thirdPartyShipping: !(wish.sellerShips ?? sellerShips === 1),
      ...(warehouse === undefined ? {} : { warehouse }),
      ...(wish.offered === true ? { orderStatus: "PENDING_VERIFICATION" } : {}),
    });
    return placed.id;
  }

  /** Something happens on the marketplace's own panel, or its courier does something. */
  async act(id: string, action: "dispatch" | "cancel" | "deliver" | "rto" | "return"): Promise<void> {
    await this.#post(`/${encodeURIComponent(id)}/${action}`, {});
  }

  there(id: string): Pick<SimOrder, "id" | "orderStatus" | "items"> {
    const found = this.simulator.remember().orders.find((order) => order.id === id);
    if (!found) throw new Error(`the marketplace knows ${id}`);
    return found;
  }

  get simulator() {
    const running = this.scene.simulators.get(this.house.source);
    if (!running) throw new Error(`${this.house.source} runs`);
    return running;
  }

  async units(id: string): Promise<UnitHere[]> {
    return this.scene.query<UnitHere>(
      `select u.channel_order_item_id as line, u.state, u.short, p.code as package, p.state as "packageState",
         (select count(*)::int from godown.invoice i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED') as invoices,
         (select i.numbered_by from godown.invoice i where i.tenant_id = p.tenant_id and i.shipping_package_id = p.shipping_package_id and i.state <> 'CANCELLED' limit 1) as "numberedBy"
       from godown.sale_order o join godown.sale_order_item u using (tenant_id, sale_order_id)
       left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
       where o.channel_order_id = '${id.replaceAll("'", "''")}' order by u.unit_no`,
    );
  }

  /** Pieces of an article that are here, and how many of them are promised. */
  async level(sku: string): Promise<{ good: number; blocked: number }> {
    const [row] = await this.scene.query<{ good: number; blocked: number }>(
      `select l.good, l.blocked from godown.stock_level l join godown.sku s using (tenant_id, sku_id)
       join godown.facility f using (tenant_id, facility_id) where s.code = '${sku}' and f.code = '${PLACE_WITHOUT_SERIES}'`,
    );
    return row ?? { good: 0, blocked: 0 };
  }

  /** Time passes, and all work is done, until it is so. @returns the minutes it took */
  async until(what: string, isSo: () => Promise<boolean>, minutes?: number): Promise<number> {
    const minutesMax = (minutes ?? CEILING_MINUTES) + this.house.addsMinutes;
    const { clock, drive } = this.scene;
    const from = clock.now();
    const passed = () => clock.now().since(from).total("minutes");
    await drive.work();
    while (!(await isSo())) {
      if (passed() > minutesMax)
        throw new Error(`${what}: not so after ${minutesMax} minutes. ${await this.#whyNot()}`);
      clock.jumpTo(clock.now().add({ minutes: STEP_MINUTES }));
      await drive.work();
    }
    return passed();
  }

  /** What people would see on the screens. */
  async #whyNot(): Promise<string> {
    const runs = await this.scene.query(
      "select distinct on (kind) kind, state, message from godown.sync_run order by kind, started_at desc",
    );
    const words = await this.scene.query(
      "select channel_order_id as id, status, outcome, code, facts from godown.channel_word order by heard_at desc limit 5",
    );
    const intake = await this.scene.query(
      "select channel_order_id as id, state, code, message from godown.intake order by received_at desc limit 3",
    );
    const steps = await this.scene.query(
      "select p.code, s.step, s.state, s.code as why, s.message from godown.package_step s join godown.shipping_package p using (tenant_id, shipping_package_id) where s.state <> 'DONE' limit 5",
    );
    return JSON.stringify({ runs, words, intake, steps }, null, 1);
  }

  /** Until every unit of an order here is in that state. */
  untilAll(id: string, state: string, minutesMax?: number): Promise<number> {
    const isSo = async () => {
      const units = await this.units(id);
      return units.length > 0 && units.every((unit) => unit.state === state);
    };
    return this.until(`${this.house.source} ${id} is ${state} here`, isSo, minutesMax);
  }

  async pass(minutes: number): Promise<void> {
    const end = this.scene.clock.now().add({ minutes });
    await this.until(
      "time passes",
      async () => Temporal.Instant.compare(this.scene.clock.now(), end) >= 0,
      minutes + 5,
    );
  }

  /** Invoice and label, asked for again while the channel is not ready. */
  async pack(id: string): Promise<void> {
    for (const step of ["invoice", "label"] as const)
      await this.until(`${step} of ${id}`, async () => {
        const ids = (await this.parcelsOf(id)).map((parcel) => parcel.id);
        await this.scene.client.must("POST", `/shipments/${step}`, { ids });
        await this.scene.drive.work();
        const wanted = step === "invoice" ? ["PACKED", "READY_TO_SHIP"] : ["READY_TO_SHIP"];
        return (await this.parcelsOf(id)).every((parcel) => wanted.includes(parcel.state));
      });
  }

  async handOver(id: string): Promise<void> {
    const { client } = this.scene;
    const packageIds = (await this.parcelsOf(id)).map((parcel) => parcel.id);
    await client.must("POST", "/manifests/add", { packageIds });
    const { rows } = await client.must<{ rows: { manifestId: string }[] }>("GET", "/manifests?state=CREATED&sort=code");
    for (const { manifestId } of rows) await client.must("POST", `/manifests/${manifestId}/close`);
    await this.scene.drive.work();
    if (this.house.courierComes && this.there(id).items.some((item) => item.status === "CREATED"))
      await this.act(id, "dispatch");
  }

  parcelsOf(id: string): Promise<{ id: string; state: string }[]> {
    return this.scene.query<{ id: string; state: string }>(
      `select distinct p.shipping_package_id as id, p.state from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id)
       where o.channel_order_id = '${id.replaceAll("'", "''")}' and p.state <> 'CANCELLED'`,
    );
  }

  async #post(path: string, wish: object): Promise<{ id: string }> {
    const answer = await fetch(`${this.simulator.url}/_sim/orders${path}`, {
      method: "POST",
      body: JSON.stringify(wish),
    });
    if (!answer.ok) throw new Error(`${path} is done: ${await answer.text()}`);
    return (await answer.json()) as { id: string }; // the shape that simulators promise
  }
}
