/** Signing in, listings and stock. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import type { ListingRow, OperationIo } from "../index.ts";
import { RepeatGuard } from "../paging.ts";
import type { RunningSimulator } from "../simulator/index.ts";
import { stockLines } from "./facts.ts";
import type { ListingKeys } from "./options.ts";
import { pushStock, takenLines, untilReady } from "./steps.ts";
import { must, PRODUCTS, type Rig, rehearse, someProducts, type World } from "./world.ts";

export function verifyScenarios({ scenario, rig }: World): void {
  scenario("verify", "accepts the seller's credentials and tells each step", async () => {
    const steps: string[] = [];
    const verified = await rig().run("verify", (step) => void steps.push(step.title));
    expect(verified.ok).toBe(true);
    expect(steps.length).toBeGreaterThan(0);
  });
  scenario("verify", "a wrong password is a failure of kind auth, and the log has no password", async () => {
    const wrong = rig({ password: "not-the-password" });
    const verified = await wrong.run("verify", () => undefined);
    expect(verified).toMatchObject({ ok: false, failure: { kind: "auth" } });
    expect(wrong.exchanges.length).toBeGreaterThan(0);
    expect(JSON.stringify(wrong.exchanges)).not.toContain("not-the-password");
  });
}

export function listingScenarios(world: World): void {
  const { scenario, rig, fault, connector, behaves, keysOf } = world;
  const least = behaves.pages.listings;
  scenario("pullListings", "reads all pages, each listing once, and stops at the channel's own end", async () => {
    const channel = rig();
    const rows: ListingRow[] = [];
    let pages = 0;
    for (let last = false; !last; ) {
      pages += 1;
      const page = await must(`page ${pages}`, channel.run("pullListings", pages));
      expect(page.rejected).toEqual([]);
      rows.push(...page.rows);
      last = page.last;
    }
    expect(pages).toBeGreaterThanOrEqual(least);
    const facts = ({ channelProductId, productId, variantId }: ListingKeys, sku: string, price: number | null) =>
      [channelProductId, productId, variantId, sku, price].join(" ");
    expect(rows.map((row) => facts(row, row.channelSku, row.price)).toSorted()).toEqual(
      someProducts()
        .map((product) => facts(keysOf(product), product.sku, product.pricePaise))
        .toSorted(),
    );
    expect(connector.capabilities.pullListings?.everyDays).toBeGreaterThan(0);
  });
  scenario("pullListings", "a product that cannot be read is told in words, the others are listed", async () => {
    const channel = rig();
    const { rows } = await must("in peace", channel.run("pullListings", 1));
    const [broken, ...others] = rows.map(({ channelSku }) => channelSku);
    const broke = world.breakRow({ broken: broken ?? "", whole: others[0] ?? "", left: "nothing" });
    const page = await must("the page", channel.run("pullListings", 1));
    expect(broke()).toBeGreaterThan(0);
    expect(page.rows.map(({ channelSku }) => channelSku)).toEqual(others);
    expect(page.rejected).toEqual([expect.stringMatching(/\S/)]);
  });
  if (least > 1)
    scenario("pullListings", "a page that repeats is noticed by its first listing", async () => {
      const channel = rig();
      const guard = new RepeatGuard();
      await must("the first page", channel.run("pullListings", 1));
      await fault({ kind: "repeat_page" });
      const noticed: boolean[] = [];
      for (const number of [1, 2]) {
        const page = await must(`page ${number}`, channel.run("pullListings", number));
        noticed.push(guard.repeats(page.rows[0]?.channelProductId));
      }
      expect(noticed).toEqual([false, true]);
    });
}

export function stockScenarios(world: World): void {
  const { scenario, rig, sim, fault, connector, behaves } = world;
  const [here, there] = world.warehouses;
  const declared = connector.capabilities.pushInventory;
  const lines = (count: number) => stockLines(count, world);
  const batch = Math.min(declared?.batchMax ?? 1, PRODUCTS);
  const push = (channel: Rig, of: OperationIo["pushInventory"]["in"]) => pushStock(world, channel, of);
  scenario("pushInventory", "a whole batch arrives as absolute figures", async () => {
    const channel = rig();
    const told = lines(batch);
    expect(await push(channel, told)).toMatchObject({ ok: true, value: { status: "SUCCESS" } });
    expect(stockAt(sim(), 0)?.quantity).toBe(7);
    expect(stockAt(sim(), batch - 1)?.quantity).toBe(7 + batch - 1);
    await must("told again", push(channel, told));
    expect(stockAt(sim(), 0)?.quantity).toBe(7);
  });
  scenario("pushInventory", "a figure of 0 is told as 0, and its result is the listing's", async () => {
    const channel = rig();
    const told = lines(Math.min(2, batch));
    await must("figures", push(channel, told));
    const out = told.map((line, i) => ({ ...line, quantity: i === 0 ? 0 : line.quantity }));
    const answer = await must("nothing left", push(channel, out));
    expect(answer.results.map(({ key, accepted }) => [key, accepted])).toEqual(
      out.map(({ channelProductId }) => [channelProductId, true]),
    );
    expect(out.map((_, i) => stockAt(sim(), i)?.quantity)).toEqual(out.map(({ quantity }) => quantity));
  });
  if (behaves.perLine.includes("pushInventory") && batch > 1)
    scenario("pushInventory", "lines that are refused are named, the others count", async () => {
      const channel = rig();
      const operation = await rehearse(channel, "pushInventory", lines(1), behaves.unsigned);
      await fault({ kind: "partial_success", message: "Mismatch", operation });
      const count = Math.min(4, batch);
      const pushed = await must("the batch", push(channel, lines(count)));
      expect(pushed.status).toBe("PARTIAL_SUCCESS");
      expect(pushed.results.map((line) => line.accepted)).toEqual(
        Array.from({ length: count }, (_, i) => i < Math.floor(count / 2)),
      );
      expect(pushed.results.at(-1)?.message).toContain("Mismatch");
    });
  scenario("pushInventory", "a batch that fails whole accepts nothing", async () => {
    const channel = rig();
    const operation = await rehearse(channel, "pushInventory", lines(1), behaves.unsigned);
    await fault({ kind: "failed", operation });
    const pushed = await push(channel, lines(Math.min(3, batch)));
    if (pushed.ok) expect(pushed.value.results.every((line) => !line.accepted)).toBe(true);
    else expect(pushed.failure).toMatchObject({ kind: "refused", reached: "yes" });
    expect(stockAt(sim(), 1)?.quantity).toBeUndefined();
  });
  if (declared?.facilityWise)
    scenario("pushInventory", "each of the channel's warehouses has a figure of its own", async () => {
      const [line] = lines(1);
      assert(line !== undefined, "there is a line");
      const told = [
        { ...line, channelWarehouse: here, quantity: 3 },
        { ...line, channelWarehouse: there, quantity: 0 },
      ];
      expect(await push(rig(), told)).toMatchObject({ ok: true, value: { status: "SUCCESS" } });
      const [variant] = Object.values(stockAt(sim(), 0)?.variants ?? {});
      expect(variant?.facilities).toEqual({ [here]: 3, [there]: 0 });
    });
}

/** Figures that are taken first and judged later. */
export function stockResultScenarios(world: World): void {
  const { scenario, rig, sim, fault, behaves } = world;
  const take = async (channel: Rig, least: number) => {
    const lines = stockLines(takenLines(world, least), world);
    const told = await must("the batch", channel.run("pushInventory", lines));
    expect(told.status).toBe("TAKEN");
    assert(told.ticket !== undefined, "what was taken has a ticket");
    return told.ticket;
  };
  scenario("readStockResult", "what was taken is judged, and asked again it is judged the same", async () => {
    const channel = rig();
    const ticket = await take(channel, 3);
    const ask = () => channel.run("readStockResult", ticket);
    const judged = await untilReady("the judgement", world, ask);
    expect(judged.status).toBe("SUCCESS");
    expect(judged.results.every((line) => line.accepted)).toBe(true);
    expect(stockAt(sim(), 2)?.quantity).toBe(9);
    expect(await must("again", ask())).toEqual({ state: "READY", value: judged });
  });
  scenario("readStockResult", "names the lines that were refused, in the channel's words", async () => {
    const channel = rig();
    const lines = stockLines(takenLines(world, 4), world);
    const rehearsed = lines.slice(0, takenLines(world, 1)).map((line) => ({ ...line, quantity: 0 }));
    const operation = await rehearse(channel, "pushInventory", rehearsed, behaves.unsigned);
    await fault({ kind: "partial_success", message: "Mismatch", operation });
    const ticket = await take(channel, 4);
    const judged = await untilReady("the judgement", world, () => channel.run("readStockResult", ticket));
    expect(judged.status).toBe("PARTIAL_SUCCESS");
    const refused = judged.results.filter((line) => !line.accepted);
    const keys = lines.map((line) => line.channelProductId);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(lines.length);
    for (const line of refused) {
      expect(keys).toContain(line.key);
      expect(line.message).toContain("Mismatch");
      expect(stockAt(sim(), keys.indexOf(line.key))?.quantity).not.toBe(7 + keys.indexOf(line.key));
    }
  });
  scenario("readStockResult", "of a ticket that nobody knows is never a judgement", async () => {
    const got = await rig().run("readStockResult", "no-such-ticket");
    if (got.ok) expect(got.value.state).toBe("NOT_YET");
    else expect(got.failure).toMatchObject({ reached: "yes", kind: "refused" });
  });
}

interface Stock {
  readonly quantity: number;
  readonly variants: Readonly<Record<string, { readonly facilities: Readonly<Record<string, number>> }>>;
}

function stockAt(sim: RunningSimulator, index: number): Stock | undefined {
  const stock = sim.state().stock as Readonly<Record<string, Stock>>; // the shape that simulators promise
  return stock[String(5000 + index)];
}
