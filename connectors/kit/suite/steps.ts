/** The steps that come before an operation, and an input with which each works. */
import { assert } from "../../../src/kernel/index.ts";
import type {
  ChannelAnswer,
  Fetched,
  IrnFacts,
  ManifestWish,
  OperationIo,
  OperationName,
  Outcome,
  ParcelFacts,
  ReturnFacts,
} from "../index.ts";
import type { SimOrder } from "../simulator/index.ts";
import {
  cancelOf,
  dispatchOf,
  feedWish,
  gradesOf,
  manifestOf,
  newOrders,
  noticeOf,
  packOf,
  parcelOf,
  reverseOf,
  shipmentOf,
  stockLines,
  windowOf,
} from "./facts.ts";
import { must, type Rig, type World } from "./world.ts";

interface Page {
  readonly last: boolean;
  readonly next?: string;
}

const PAGES_MAX = 100;

/** Reads a list to the source's own end mark. */
export async function readAll<P extends Page>(ask: (page: number, token?: string) => Promise<P>): Promise<P[]> {
  const pages: P[] = [];
  for (let token: string | undefined; pages.length < PAGES_MAX; ) {
    const page = await ask(pages.length + 1, token);
    pages.push(page);
    if (page.last) return pages;
    token = page.next;
  }
  throw new Error(`the list ends within ${PAGES_MAX} pages`);
}

const POLLED_MAX = 100;
const POLL_MS = 15_000;

/** Asks until it is there: what a channel does takes its time. */
export async function untilReady<T>(
  what: string,
  world: Pick<World, "later">,
  ask: () => Promise<Outcome<Fetched<T>>>,
): Promise<T> {
  for (let asked = 0; asked < POLLED_MAX; asked++) {
    const got = await must(what, ask());
    if (got.state === "READY") return got.value;
    world.later(POLL_MS);
  }
  throw new Error(`${what} is there after ${POLLED_MAX} looks`);
}

/** Tells figures, and waits for the channel's judgement where it takes them first. */
export async function pushStock(
  world: World,
  channel: Rig,
  lines: OperationIo["pushInventory"]["in"],
): Promise<Outcome<ChannelAnswer>> {
  const told = await channel.run("pushInventory", lines);
  if (!told.ok || told.value.status !== "TAKEN") return told;
  const { ticket } = told.value;
  assert(ticket !== undefined, "what was taken has a ticket");
  const judged = await untilReady("the judgement", world, () => channel.run("readStockResult", ticket));
  return { ok: true, value: judged };
}

/** So many lines at least, and as many as the source takes first and judges later. */
export function takenLines({ behaves }: Pick<World, "behaves">, least: number): number {
  return Math.max(least, behaves.stockTakenFrom);
}

/** The steps of a package that its channel ships, in their order. */
const STEPS = ["pack", "fetchInvoice", "giveShipment", "fetchCourier", "fetchLabel", "fetchManifest"] as const;
type Step = (typeof STEPS)[number];

/** Goes with a package through the steps that the source has, up to one. @returns the courier's code, "" before there is one */
export async function walk(world: World, channel: Rig, order: SimOrder, until: Step | "dispatch"): Promise<string> {
  const can = world.connector.capabilities;
  const parcel = parcelOf(order, world);
  let [invoiceNumber, courierCode] = ["WH-2627-00001", ""];
  for (const step of order.thirdPartyShipping ? STEPS : []) {
    if (step === until) break;
    if (can[step] === undefined) continue;
    if (step === "pack") await must(step, channel.run(step, packOf(order, world)));
    else if (step === "giveShipment") await must(step, channel.run(step, shipmentOf(order, invoiceNumber)));
    else if (step === "fetchManifest") await must(step, channel.run(step, manifestOf(order, world, courierCode)));
    else if (step === "fetchCourier") {
      const got = await courierOf(world, channel, parcel);
      if (got !== null) courierCode = got;
    } else {
      const got = await untilReady<unknown>(step, world, () => channel.run(step, parcel));
      if (isNumbered(got)) invoiceNumber = got.number;
    }
  }
  return courierCode;
}

function isNumbered(got: unknown): got is { readonly number: string } {
  return typeof got === "object" && got !== null && "number" in got && typeof got.number === "string";
}

/** The code of the channel's courier; null: the seller ships after all. */
async function courierOf(world: World, channel: Rig, parcel: ParcelFacts): Promise<string | null> {
  for (let asked = 0; asked < POLLED_MAX; asked++) {
    const got = await must("fetchCourier", channel.run("fetchCourier", parcel));
    if (got.state === "SELLER_SHIPS") return null;
    if (got.state === "READY") return got.value.code;
    world.later(POLL_MS);
  }
  throw new Error(`a courier is there after ${POLLED_MAX} looks`);
}

/** A parcel that has left. */
export async function gone(world: World, channel: Rig): Promise<{ placed: SimOrder; lines: ParcelFacts["lines"] }> {
  const placed = await world.order();
  await walk(world, channel, placed, "dispatch");
  await must("dispatch", channel.run("dispatch", dispatchOf(placed, world)));
  return { placed, lines: parcelOf(placed, world).lines };
}

/** A parcel that was delivered and of which the customer sends lines back: all of them, or so many units of each line named. */
export async function returnOf(
  world: World,
  channel: Rig,
  units?: (order: SimOrder) => readonly { readonly orderItemId: string; readonly quantity: number }[],
): Promise<ReturnFacts> {
  const { placed } = await gone(world, channel);
  await world.act(placed.id, "deliver");
  const items = units?.(placed);
  await world.act(placed.id, "return", items ? { items } : {});
  const read = await must("statuses", channel.run("readStatuses", [placed.id]));
  const back = new Map(items?.map(({ orderItemId, quantity }) => [orderItemId, quantity]));
  const lines = parcelOf(placed, world)
    .lines.filter((line) => items === undefined || back.has(line.channelOrderItemId))
    .map((line) => ({ ...line, quantity: back.get(line.channelOrderItemId) ?? line.quantity }));
  const told = read.orders[0]?.lines.find((line) => line.channelReturnId !== null)?.channelReturnId ?? null;
  return { channelOrderId: placed.id, packageCode: "SUITE-PACKAGE", kind: "CIR", channelReturnId: told, lines };
}

export async function irnOf(world: World, channel: Rig): Promise<IrnFacts> {
  const placed = await world.order();
  const got = await must("invoice", channel.run("fetchInvoice", parcelOf(placed, world)));
  assert(got.state === "READY", `the invoice is ready: ${JSON.stringify(got)}`);
  return {
    channelOrderId: placed.id,
    packageCode: "SUITE-PACKAGE",
    document: "INVOICE",
    number: got.value.number,
    irn: "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
    ackNumber: "112610002345678",
    acknowledgedAt: world.now(),
    signedQr: "eyJhbGciOiJSUzI1NiJ9.eyJkYXRhIjoie30ifQ.c2lnbmVk",
  };
}

type Inputs = { readonly [K in OperationName]?: (world: World, channel: Rig) => Promise<OperationIo[K]["in"]> };

/** An input with which each operation works: the steps before it are gone. Signing in has scenarios of its own. */
export const INPUTS: Inputs = {
  pullListings: async () => 1,
  pushInventory: async (world) => stockLines(3, world),
  readStatuses: async (world) => [(await world.order()).id],
  readOrders: async (world) => [(await world.order()).id],
  notifyState: async (world, channel) => {
    const order = await world.order(told(world));
    await leave(world, channel, order);
    return noticeOf(order, world);
  },
  notifyReturn: async (world) => reverseOf(await world.order(), world),
  dispatch: async (world, channel) => {
    const own = world.behaves.dispatches === "seller-shipped" ? { thirdPartyShipping: false } : {};
    const order = await world.order(own);
    await walk(world, channel, order, "dispatch");
    return dispatchOf(order, world);
  },
  cancel: async (world) => cancelOf(await world.order(), world),
  pullOrders: async (world) => {
    await world.order();
    world.seen();
    return newOrders(world);
  },
  pullPendency: async (world) => {
    await world.order({ underReview: true });
    world.seen();
    return windowOf(world);
  },
  acknowledge: async (world) => (await world.order({ orderStatus: "PENDING_VERIFICATION" })).id,
  pack: async (world) => packOf(await world.order(), world),
  fetchInvoice: (world, channel) => readyFor(world, channel, "fetchInvoice"),
  giveShipment: async (world, channel) => {
    const order = await world.order();
    await walk(world, channel, order, "giveShipment");
    return shipmentOf(order);
  },
  fetchCourier: (world, channel) => readyFor(world, channel, "fetchCourier"),
  // What went before was done by another process, which may remember papers that came with the invoice.
  fetchLabel: (world) => readyFor(world, world.rig(), "fetchLabel"),
  fetchManifest: async (world, channel) => {
    const order = await world.order();
    return manifestOf(order, world, await walk(world, channel, order, "fetchManifest"));
  },
  downloadFile: async (world, channel) => {
    const order = await world.order();
    const courierCode = await walk(world, channel, order, "fetchManifest");
    return manifestUrl(channel, manifestOf(order, world, courierCode));
  },
  reportGrade: async (world, channel) => gradesOf(await returnOf(world, channel)),
  fetchCreditNote: async (world, channel) => {
    const facts = await returnOf(world, channel);
    await must("grades", channel.run("reportGrade", gradesOf(facts)));
    return facts;
  },
  giveIrn: irnOf,
  pullStatuses: async (world) => {
    const [feed] = world.connector.capabilities.pullStatuses?.feeds ?? [];
    assert(feed !== undefined, "a source with lists of changes names one");
    await world.order();
    world.seen();
    return feedWish(world, feed);
  },
  readStockResult: async (world, channel) => {
    const told_ = await must("figures", channel.run("pushInventory", stockLines(takenLines(world, 3), world)));
    assert(told_.ticket !== undefined, "figures that are judged later have a ticket");
    return told_.ticket;
  },
};

/** States of parcels that have left are told of what the seller ships himself, where he may: the channel knows of its own. */
function told(world: World): { readonly thirdPartyShipping?: boolean } {
  return leavesFirst(world) && world.connector.rules.thirdPartyShipping.allowed.includes(false)
    ? { thirdPartyShipping: false }
    : {};
}

function leavesFirst({ connector }: World): boolean {
  const states = connector.capabilities.notifyState?.states ?? [];
  return !states.includes("PACKED") && states.some((state) => state === "DELIVERED" || state === "SHIPPED");
}

async function leave(world: World, channel: Rig, order: SimOrder): Promise<void> {
  if (!leavesFirst(world) || world.connector.capabilities.dispatch === undefined) return;
  await walk(world, channel, order, "dispatch");
  await must("dispatch", channel.run("dispatch", dispatchOf(order, world)));
}

async function readyFor(world: World, channel: Rig, step: Step): Promise<ParcelFacts> {
  const order = await world.order();
  await walk(world, channel, order, step);
  return parcelOf(order, world);
}

/** The address of a manifest's file: the files that channels give are these. */
async function manifestUrl(channel: Rig, wish: ManifestWish): Promise<string> {
  const { made, url } = await must("fetchManifest", channel.run("fetchManifest", wish));
  assert(made && url !== null, "a manifest has an address");
  return url;
}
