/** Lists of changes: each gives what happened, in its window, to its own end. */
import { expect } from "vitest";
import { assert, type Instant } from "../../../src/kernel/index.ts";
import type { FeedPage, ReportedStatus, StatusFeed } from "../index.ts";
import { RepeatGuard } from "../paging.ts";
import { feedWish } from "./facts.ts";
import type { FeedOptions, Happening } from "./options.ts";
import { HAPPENS } from "./status.ts";
import { readAll } from "./steps.ts";
import { must, type Rig, rehearse, type World } from "./world.ts";

/** Changes that fill more than one page. */
const CHANGES = 120;

export function feedScenarios(world: World): void {
  const { scenario, connector } = world;
  const feeds = connector.capabilities.pullStatuses?.feeds ?? [];
  for (const feed of feeds) ofFeed(world, feed, world.options.feeds?.[feed.name] ?? {});
  scenario("pullStatuses", "all lists together tell every status that the source reports by them", async () => {
    const told = new Set(feeds.flatMap((feed) => feed.tells));
    const { readTells } = world.behaves;
    const elsewhere = new Set(connector.capabilities.readStatuses ? (readTells ?? connector.rules.reports) : []);
    expect(connector.rules.reports.filter((status) => !told.has(status) && !elsewhere.has(status))).toEqual([]);
  });
}

function ofFeed(world: World, feed: StatusFeed, options: FeedOptions): void {
  const { scenario, rig, behaves } = world;
  for (const status of feed.tells) {
    const happenings = options.happens?.filter(({ words }) => isOf(status, words)) ?? HAPPENS[status];
    for (const happening of happenings) {
      const title = `${feed.name}: after ${happening.action}, of the line it happened to`;
      // What readStatuses tells too was proved by its own scenarios; either proves that the source reports it.
      scenario(`reports ${status}`, title, async () => {
        const { id, lineId } = await changed(world, happening);
        const orders = (await read(world, rig(), feed)).flatMap((page) => page.orders);
        const lines = orders.filter((one) => one.channelOrderId === id).flatMap((one) => one.lines);
        const words = lines.filter((line) => line.channelOrderItemId === lineId).map((line) => line.status);
        expect(
          words.some((word) => happening.words.includes(word)),
          JSON.stringify(orders),
        ).toBe(true);
        if (!behaves.lineStatuses) return;
        const others = lines.filter((line) => line.channelOrderItemId !== lineId);
        expect(others.every((line) => line.status === "OPEN")).toBe(true);
      });
    }
  }
  const [first] = options.happens ?? feed.tells.flatMap((status) => HAPPENS[status]);
  assert(first !== undefined, `something happens that ${feed.name} tells of`);
  if (behaves.windows && !options.daysOnly) windowScenario(world, feed, first);
  pagesScenarios(world, feed, first, options.pages ?? 2);
  if (!options.statusless) unknownScenario(world, feed, first);
}

function isOf(status: ReportedStatus, words: readonly string[]): boolean {
  return words.includes(status) || (status === "RETURNED" && (words.includes("RTO") || words.includes("CIR")));
}

/** An order to whose first line something happened. What is delivered or comes back left before. */
async function changed(world: World, { action, body = {} }: Happening): Promise<{ id: string; lineId: string }> {
  const { id, items } = await world.order();
  const lineId = items[0]?.orderItemId ?? "";
  const of = world.behaves.lineStatuses ? { items: [{ orderItemId: lineId }] } : {};
  if (action !== "cancel" && action !== "dispatch") {
    await world.act(id, "dispatch", of);
    if (action === "return") await world.act(id, "deliver", of);
    world.later(1_000);
  }
  await world.act(id, action, { ...of, ...body });
  return { id, lineId };
}

/** The last hour of the list, to its end. */
function read(world: World, channel: Rig, feed: StatusFeed): Promise<FeedPage[]> {
  world.seen();
  const wish = feedWish(world, feed);
  return readAll((page, token) =>
    must(feed.name, channel.run("pullStatuses", { ...wish, page, ...(token === undefined ? {} : { token }) })),
  );
}

function windowScenario(world: World, feed: StatusFeed, happening: Happening): void {
  const { scenario, rig, later, behaves } = world;
  scenario("pullStatuses", `${feed.name}: gives changes of the window and no others`, async () => {
    later(600_000);
    const begun = world.now();
    const early = (await changed(world, happening)).id;
    later(300_000);
    const inside = (await changed(world, happening)).id;
    const at = world.now();
    later(behaves.lagMs + 60_000);
    const channel = rig();
    const ask = async (from: Instant, to: Instant) => {
      const wish = { feed: feed.name, from, to };
      const pages = await readAll((page, token) =>
        must(feed.name, channel.run("pullStatuses", { ...wish, page, ...(token === undefined ? {} : { token }) })),
      );
      return new Set(pages.flatMap((page) => page.orders.map((one) => one.channelOrderId)));
    };
    const last = await ask(at.subtract({ minutes: 2 }), at.add({ minutes: 1 }));
    expect(last.has(inside)).toBe(true);
    expect((await ask(begun.subtract({ minutes: 1 }), at.add({ minutes: 1 }))).has(early)).toBe(true);
    if (!behaves.windows) return;
    // A parcel that travels on by itself has changed again since: it stands where it changed last.
    const between = await ask(begun.subtract({ minutes: 1 }), at.subtract({ minutes: 2 }));
    expect(between.has(inside)).toBe(false);
    expect(await ask(begun.subtract({ minutes: 9 }), begun.subtract({ minutes: 2 }))).toEqual(new Set());
  });
}

function pagesScenarios(world: World, feed: StatusFeed, happening: Happening, least: number): void {
  const { scenario, rig, fault } = world;
  const fill = async (count: number) => {
    const ids: string[] = [];
    while (ids.length < count) ids.push((await changed(world, happening)).id);
    return ids;
  };
  scenario("pullStatuses", `${feed.name}: reads all pages to the source's own end, each order's change`, async () => {
    const ids = await fill(CHANGES);
    const pages = await read(world, rig(), feed);
    expect(pages.length).toBeGreaterThanOrEqual(least);
    expect(pages.flatMap((page) => page.rejected)).toEqual([]);
    const given = pages.flatMap((page) => page.orders.map((one) => one.channelOrderId));
    expect([...new Set(given)].sort()).toEqual([...ids].sort());
    expect(pages.map((page) => page.last)).toEqual(pages.map((_, i) => i === pages.length - 1));
  });
  if (least < 2) return;
  scenario("pullStatuses", `${feed.name}: a page that repeats is noticed by its first order`, async () => {
    await fill(CHANGES);
    const channel = rig();
    const guard = new RepeatGuard();
    world.seen();
    const wish = feedWish(world, feed);
    const first = await must("the first page", channel.run("pullStatuses", wish));
    expect(first.last).toBe(false);
    await fault({ kind: "repeat_page" });
    const token = first.next === undefined ? {} : { token: first.next };
    const second = await must("the second page", channel.run("pullStatuses", { ...wish, page: 2, ...token }));
    expect([first, second].map((page) => guard.repeats(page.orders[0]?.channelOrderId))).toEqual([false, true]);
  });
}

function unknownScenario(world: World, feed: StatusFeed, happening: Happening): void {
  const { scenario, rig, fault, behaves } = world;
  scenario("pullStatuses", `${feed.name}: a status nobody knows is unknown, neither success nor failure`, async () => {
    const { id, lineId } = await changed(world, happening);
    const channel = rig();
    world.seen();
    const asides = [...behaves.unsigned, ...behaves.asides];
    const operation = await rehearse(channel, "pullStatuses", feedWish(world, feed), asides);
    await fault({ kind: "unknown_status", operation });
    const pages = await read(world, channel, feed);
    expect(pages.flatMap((page) => page.rejected)).toEqual([]);
    const orders = pages.flatMap((page) => page.orders).filter((one) => one.channelOrderId === id);
    const words = orders.flatMap((one) => one.lines).filter((line) => line.channelOrderItemId === lineId);
    expect(words.map((line) => line.status)).toContain("unknown");
    expect(words.every((line) => line.status === "unknown" || line.status === "OPEN")).toBe(true);
  });
}
