/** Invoice, courier, label, manifest and files of a channel that makes them. */
import { expect } from "vitest";
import { assert, type Instant } from "../../../src/kernel/index.ts";
import type { Fetched, OperationIo, ParcelFacts } from "../index.ts";
import { manifestOf, parcelOf } from "./facts.ts";
import { INPUTS, untilReady, walk } from "./steps.ts";
import { must, type Rig, rehearse, type World } from "./world.ts";

const LONG_MS = 3_600_000;

/** What may not be there yet. */
type Asked = "fetchInvoice" | "fetchCourier" | "fetchLabel";

function ready<T>(got: Fetched<T>): T {
  assert(got.state === "READY", `it is ready: ${JSON.stringify(got)}`);
  return got.value;
}

function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1024).includes("%PDF-");
}

export function invoiceScenarios(world: World): void {
  const { scenario, rig, order, settings, later, connector } = world;
  const withPdf = connector.capabilities.fetchInvoice?.pdf === true;
  const { zone } = connector.rules;
  /** A package of which the invoice may be asked for. */
  const begun = async (channel: Rig) => {
    const placed = await order();
    await walk(world, channel, placed, "fetchInvoice");
    return { placed, parcel: parcelOf(placed, world) };
  };
  const ask = (channel: Rig, parcel: ParcelFacts) =>
    untilReady("invoice", world, () => channel.run("fetchInvoice", parcel));
  scenario(
    "fetchInvoice",
    "gives number, date and rates of every product, and the PDF where one is declared",
    async () => {
      const channel = rig();
      const { placed, parcel } = await begun(channel);
      const invoice = await ask(channel, parcel);
      expect(invoice.number).toMatch(/\S/);
      const day = (at: Instant) => at.toZonedDateTimeISO(zone).toPlainDate().toString();
      expect(day(invoice.issuedAt)).toBe(day(world.now()));
      const products = placed.items.map((item) => world.keysOf(item));
      expect(invoice.lines.map((line) => `${line.productId} ${line.variantId}`).sort()).toEqual(
        products.map(({ productId, variantId }) => `${productId} ${variantId}`).sort(),
      );
      for (const { rates } of invoice.lines) {
        expect(rates.gstBps).toBe(1800);
        if (world.behaves.taxSides)
          expect([rates.cgstBps + rates.sgstBps + rates.utgstBps, rates.igstBps]).toContain(1800);
      }
      expect(invoice.pdf !== null && isPdf(invoice.pdf)).toBe(withPdf);
    },
  );
  scenario("fetchInvoice", "asked again gives the same invoice", async () => {
    const channel = rig();
    const { parcel } = await begun(channel);
    const numbers = [(await ask(channel, parcel)).number, (await ask(channel, parcel)).number];
    expect(numbers[0]).toBe(numbers[1]);
  });
  scenario("fetchInvoice", "that is not made yet is no failure, and comes later", async () => {
    await settings({ invoiceDelayMs: LONG_MS });
    const channel = rig();
    const { parcel } = await begun(channel);
    expect(await must("invoice", channel.run("fetchInvoice", parcel))).toMatchObject({ state: "NOT_YET" });
    later(LONG_MS);
    expect(await must("invoice", channel.run("fetchInvoice", parcel))).toMatchObject({ state: "READY" });
  });
  refusedScenario(world, "fetchInvoice");
}

/** A package of an order that the channel does not know is refused in its words, or is not there: never ready. */
function refusedScenario(world: World, name: Asked): void {
  const { scenario, rig, order } = world;
  scenario(name, "of an order that nobody knows is never ready", async () => {
    const parcel = parcelOf(await order(), world);
    const lines = parcel.lines.map((line) => ({ ...line, channelOrderItemId: `no-${line.channelOrderItemId}` }));
    const got = await rig().run(name, { ...parcel, channelOrderId: "no-such-order", lines });
    if (got.ok) expect(got.value.state).toBe("NOT_YET");
    else expect(got.failure).toMatchObject({ reached: "yes", kind: "refused" });
  });
}

export function courierScenarios(world: World): void {
  const { scenario, rig, order, settings, later, connector } = world;
  const ask = async (channel: Rig, parcel: OperationIo["fetchCourier"]["in"]) =>
    must("courier", channel.run("fetchCourier", parcel));
  scenario("fetchCourier", "gives courier and tracking number, and the same when asked again", async () => {
    const placed = await order();
    const channel = rig();
    await walk(world, channel, placed, "fetchCourier");
    const parcel = parcelOf(placed, world);
    let first = await ask(channel, parcel);
    for (let looks = 0; first.state === "NOT_YET" && looks < 20; looks++) {
      later(15_000);
      first = await ask(channel, parcel);
    }
    expect(first).toMatchObject({
      state: "READY",
      value: { code: expect.stringMatching(/\S/), name: expect.stringMatching(/\S/), awb: expect.stringMatching(/\S/) },
    });
    expect(await ask(channel, parcel)).toEqual(first);
  });
  scenario("fetchCourier", "that is not assigned yet is no failure, and comes later", async () => {
    await settings({ courierDelayMs: LONG_MS });
    const placed = await order();
    const channel = rig();
    await walk(world, channel, placed, "fetchCourier");
    expect(await ask(channel, parcelOf(placed, world))).toMatchObject({ state: "NOT_YET" });
    later(LONG_MS);
    expect(await ask(channel, parcelOf(placed, world))).toMatchObject({ state: "READY" });
  });
  if (connector.rules.thirdPartyShipping.allowed.includes(false))
    scenario("fetchCourier", "of what the seller ships says that he does", async () => {
      const placed = await order({ thirdPartyShipping: false });
      expect(await ask(rig(), parcelOf(placed, world))).toEqual({ state: "SELLER_SHIPS" });
    });
  refusedScenario(world, "fetchCourier");
}

export function labelScenarios(world: World): void {
  const { scenario, rig, order, fault, behaves } = world;
  /** What went before was done by another process: nothing of it is remembered here. */
  const ready_ = async () => {
    const placed = await order();
    await walk(world, rig(), placed, "fetchLabel");
    return parcelOf(placed, world);
  };
  scenario("fetchLabel", "is a PDF", async () => {
    const channel = rig();
    const parcel = await ready_();
    expect(isPdf(await untilReady("label", world, () => channel.run("fetchLabel", parcel)))).toBe(true);
  });
  scenario("fetchLabel", "that is not made yet is no failure", async () => {
    const channel = rig();
    const parcel = await ready_();
    const operation = await rehearse(channel, "fetchLabel", parcel, [...behaves.unsigned, "downloadFile"]);
    await fault({ kind: "failed", message: "Label not available", operation, count: 1 });
    expect(await must("label", channel.run("fetchLabel", parcel))).toEqual({
      state: "NOT_YET",
      message: expect.stringContaining("Label not available"),
    });
    expect(await must("label", channel.run("fetchLabel", parcel))).toMatchObject({ state: "READY" });
  });
  scenario("fetchLabel", "that is a web page is no label", async () => {
    const channel = rig();
    const parcel = await ready_();
    await fault({ kind: "bad_file", operation: await rehearse(channel, "fetchLabel", parcel) });
    expect(await channel.run("fetchLabel", parcel)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
  refusedScenario(world, "fetchLabel");
}

export function manifestScenarios(world: World): void {
  const { scenario, rig, order, act, fault, connector, behaves } = world;
  const wish = async (channel: Rig) => {
    const placed = await order();
    const courierCode = await walk(world, channel, placed, "fetchManifest");
    return { placed, input: manifestOf(placed, world, courierCode) };
  };
  scenario("fetchManifest", "is made for every line, and given again when it is asked for again", async () => {
    const channel = rig();
    const { input } = await wish(channel);
    const first = await must("manifest", channel.run("fetchManifest", input));
    expect(first).toMatchObject({ made: true, refused: [] });
    expect(await must("manifest", channel.run("fetchManifest", input))).toEqual(first);
    if (connector.capabilities.downloadFile) expect(first.url).toMatch(/^https?:\/\//);
    else expect(first.file === undefined || isPdf(first.file)).toBe(true);
  });
  if (behaves.manifestOf === "courier") {
    scenario("fetchManifest", "that is refused is not made, and the channel's words are told", async () => {
      const channel = rig();
      const operation = await rehearse(channel, "fetchManifest", (await wish(channel)).input);
      const { input } = await wish(channel);
      await fault({ kind: "failed", message: "pincode is closed", operation });
      const got = await channel.run("fetchManifest", input);
      if (got.ok)
        expect(got.value).toMatchObject({ made: false, message: expect.stringContaining("pincode is closed") });
      else expect(got.failure).toMatchObject({ reached: "yes", kind: "refused" });
      expect(JSON.stringify(got)).toContain("pincode is closed");
    });
    return;
  }
  scenario("fetchManifest", "is stopped by a line that was cancelled, names it, and is made without it", async () => {
    const channel = rig();
    const { placed, input } = await wish(channel);
    const [gone] = placed.items;
    await act(placed.id, "cancel", { items: [{ orderItemId: gone?.orderItemId }] });
    const stopped = await must("manifest", channel.run("fetchManifest", input));
    expect(stopped).toMatchObject({ made: false, url: null });
    expect(stopped.refused.map((line) => line.key)).toEqual([gone?.orderItemId]);
    expect(stopped.refused[0]?.message).toMatch(/\S/);
    const left = (line: { readonly channelOrderItemId: string }) => line.channelOrderItemId !== gone?.orderItemId;
    const rest = input.lines.filter(left);
    const parcels = input.parcels?.map((parcel) => ({ ...parcel, lines: parcel.lines.filter(left) })) ?? [];
    expect(await must("manifest", channel.run("fetchManifest", { ...input, parcels, lines: rest }))).toMatchObject({
      made: true,
    });
  });
  for (const [kind, stops] of [
    ["partial_success", 1],
    ["failed", 2],
  ] as const)
    scenario("fetchManifest", `answered with ${kind} is not made, and the channel's words are told`, async () => {
      const channel = rig();
      const { input } = await wish(channel);
      await fault({ kind, message: "pincode is closed", operation: await rehearse(channel, "fetchManifest", input) });
      const answer = await must("manifest", channel.run("fetchManifest", input));
      expect(answer.made).toBe(false);
      expect(answer.refused.map((line) => line.message)).toEqual(
        Array.from({ length: stops }, () => "pincode is closed"),
      );
    });
}

export function fileScenarios(world: World): void {
  const { scenario, rig, fault } = world;
  const address = async (channel: Rig) => {
    const made = await INPUTS.downloadFile?.(world, channel);
    assert(made !== undefined, "a channel with files gives an address");
    return made;
  };
  scenario("downloadFile", "gives the file's bytes", async () => {
    const channel = rig();
    const url = await address(channel);
    expect(isPdf(ready(await must("file", channel.run("downloadFile", url))))).toBe(true);
  });
  scenario("downloadFile", "keeps the size of a file in the log, not the file", async () => {
    const channel = rig();
    const url = await address(channel);
    const bytes = ready(await must("file", channel.run("downloadFile", url)));
    expect(channel.exchanges.at(-1)?.response).toMatchObject({ bytes: bytes.length });
  });
  scenario("downloadFile", "that is not there yet is no failure", async () => {
    const channel = rig();
    const url = await address(channel);
    expect(await must("file", channel.run("downloadFile", `${url}.later`))).toMatchObject({ state: "NOT_YET" });
  });
  scenario("downloadFile", "hands on what came as it came: whether it is a PDF is judged when it is kept", async () => {
    const channel = rig();
    const url = await address(channel);
    await fault({ kind: "bad_file", operation: await rehearse(channel, "downloadFile", url) });
    expect(isPdf(ready(await must("file", channel.run("downloadFile", url))))).toBe(false);
  });
  scenario("downloadFile", "is not fetched from a private network that is not the source's own", async () => {
    const channel = rig();
    await address(channel);
    const before = channel.exchanges.length;
    expect(await channel.run("downloadFile", "http://127.0.0.1:9/manifest.pdf")).toMatchObject({
      ok: false,
      failure: { reached: "no", kind: "bad_answer" },
    });
    expect(channel.exchanges.length).toBe(before);
  });
}
