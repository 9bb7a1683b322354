/** Signing in, listings and stock. */
import { expect } from "vitest";
import { assert } from "../../../src/kernel/index.ts";
import { RepeatGuard } from "../paging.ts";
import type { RunningSimulator } from "../simulator/index.ts";
import { stockLines } from "./facts.ts";
import { must, PRODUCTS, rehearse, type World } from "./world.ts";

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

export function listingScenarios({ scenario, rig, fault, connector }: World): void {
  scenario("pullListings", "reads three pages, each listing once, and stops at the channel's own end", async () => {
    const channel = rig();
    const keys: string[] = [];
    let pages = 0;
    for (let last = false; !last; ) {
      pages += 1;
      const page = await must(`page ${pages}`, channel.run("pullListings", pages));
      expect(page.rejected).toEqual([]);
      keys.push(...page.rows.map((row) => row.channelProductId));
      last = page.last;
    }
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(new Set(keys).size).toBe(PRODUCTS);
    expect(keys.length).toBe(PRODUCTS);
  });
  scenario("pullListings", "a page that repeats is noticed by its first listing", async () => {
    const channel = rig();
    const guard = new RepeatGuard();
    await fault({ kind: "repeat_page", operation: await rehearse(channel, "pullListings", 1) });
    const noticed: boolean[] = [];
    for (const number of [1, 2]) {
      const page = await must(`page ${number}`, channel.run("pullListings", number));
      noticed.push(guard.repeats(page.rows[0]?.channelProductId));
    }
    expect(noticed).toEqual([false, true]);
    expect(connector.capabilities.pullListings?.everyDays).toBeGreaterThan(0);
  });
}

export function stockScenarios({ scenario, rig, sim, fault, connector, warehouses: [here, there] }: World): void {
  const batch = connector.capabilities.pushInventory?.batchMax ?? 1;
  scenario("pushInventory", "a whole batch arrives as absolute figures", async () => {
    const pushed = await rig().run("pushInventory", stockLines(batch));
    expect(pushed).toMatchObject({ ok: true, value: { status: "SUCCESS" } });
    expect(stockAt(sim(), 0)?.quantity).toBe(7);
    expect(stockAt(sim(), batch - 1)?.quantity).toBe(7 + batch - 1);
  });
  scenario("pushInventory", "lines that are refused are named, the others count", async () => {
    const channel = rig();
    const operation = await rehearse(channel, "pushInventory", stockLines(1));
    await fault({ kind: "partial_success", message: "Mismatch", operation });
    const pushed = await must("the batch", channel.run("pushInventory", stockLines(4)));
    expect(pushed.status).toBe("PARTIAL_SUCCESS");
    expect(pushed.results.map((line) => line.accepted)).toEqual([true, true, false, false]);
    expect(pushed.results[3]?.message).toBe("Mismatch");
  });
  scenario("pushInventory", "a batch that fails whole accepts nothing", async () => {
    const channel = rig();
    await fault({ kind: "failed", operation: await rehearse(channel, "pushInventory", stockLines(1)) });
    const pushed = await must("the batch", channel.run("pushInventory", stockLines(3)));
    expect(pushed.results.every((line) => !line.accepted)).toBe(true);
  });
  if (connector.capabilities.pushInventory?.facilityWise)
    scenario("pushInventory", "each of the channel's warehouses has a figure of its own", async () => {
      const [line] = stockLines(1);
      assert(line !== undefined, "there is a line");
      const told = [
        { ...line, channelWarehouse: here, quantity: 3 },
        { ...line, channelWarehouse: there, quantity: 0 },
      ];
      expect(await rig().run("pushInventory", told)).toMatchObject({ ok: true, value: { status: "SUCCESS" } });
      expect(stockAt(sim(), 0)?.variants[line.variantId]?.facilities).toEqual({ [here]: 3, [there]: 0 });
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
