/** What of this protocol the suite of all couriers cannot know: its headers, its spellings, breaches of its contract. */
import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { must } from "../../connectors/kit/suite/world.ts";
import { assert } from "../../src/kernel/index.ts";
import { aWaybill, aWish, CUSTOMER } from "../kit/suite/facts.ts";
import { type CourierRig, makeCourierWorld } from "../kit/suite/world.ts";
import { protocolCourier } from "./index.ts";
import { startBench } from "./simulator/bench.ts";
import type { CourierSimulatorOptions } from "./simulator/index.ts";

type Tampered = NonNullable<CourierSimulatorOptions["tamper"]>;
let tamper: Tampered | null = null;
const seen: { operation: string; query: unknown; body: unknown }[] = [];

describe("the courier protocol on the wire", () => {
  const world = makeCourierWorld(protocolCourier, () =>
    startBench({
      tamper: (call, answer) => {
        seen.push(call);
        return tamper?.(call, answer) ?? answer;
      },
    }),
  );
  const { rig, bench } = world;
  /** Changes the answers of one operation from now on. */
  const spoil = (operation: string, over: (body: Record<string, unknown>) => unknown, status?: number) => {
    tamper = (call, answer) =>
      call.operation === operation
        ? { ...answer, status: status ?? answer.status, body: over({ ...(answer.body as object) }), unchecked: true }
        : answer;
  };
  afterEach(() => {
    tamper = null;
    seen.length = 0;
  });

  it("asks for a token once, however many calls need one at the same time", async () => {
    const account = rig();
    await Promise.all([1, 2, 3, 4].map((index) => aWaybill(account, `P-${index}`)));
    expect(account.exchanges.filter(({ operation }) => operation === "getShipperToken")).toHaveLength(1);
  });

  it("sends its token bare or after Bearer, as the account's settings say", async () => {
    for (const settings of [{ tokenPrefix: "" }, { tokenPrefix: "Bearer" }]) await aWaybill(rig({ settings }), "P-1");
    expect(bench().parcels()).toHaveLength(1);
    const heard = await headersHeard((url) => rig({ baseUrl: url, settings: { tokenPrefix: "Bearer" } }));
    expect(heard).toEqual(["Bearer the-token"]);
  });

  it("puts the list of numbers into double quotes, fifty at most", async () => {
    const account = rig();
    await must(
      "track",
      account.run(
        "track",
        Array.from({ length: 51 }, (_, index) => `N${index}`),
      ),
    );
    const lists = seen.filter(({ operation }) => operation === "getWaybillDetails").map(({ query }) => query);
    expect(lists).toHaveLength(2);
    expect(lists[1]).toEqual({ waybills: '"N50"' });
    const odd = await must("odd ones", account.run("track", ['7"7', "a,b", ""]));
    expect(odd.rejected).toHaveLength(3);
    expect(seen.filter(({ operation }) => operation === "getWaybillDetails")).toHaveLength(2);
  });

  it("service type and courier behind an aggregator are told where they are set", async () => {
    await aWaybill(rig({ settings: { serviceType: "Surface", courierName: "Kite Road" } }), "P-1");
    expect(seen.at(-1)?.body).toMatchObject({ serviceType: "Surface", courierName: "Kite Road" });
  });

  it("an address by its id is taken; an id that the courier does not know is refused by name", async () => {
    await aWaybill(rig({ settings: { addressIds: "DEL1=WH-1" } }), "P-1");
    expect(seen.at(-1)?.body).toMatchObject({ pickupAddressId: "WH-1", pickupAddressDetails: {} });
    const strange = await rig({ settings: { addressIds: "WH-9" } }).run("createWaybill", aWish("P-2"));
    expect(strange).toMatchObject({ ok: false, failure: { kind: "refused", channelCode: "UNKNOWN_ADDRESS_ID" } });
  });

  it("our label is used where the settings say so, though the courier gives one", async () => {
    expect((await aWaybill(rig(), "P-1")).labelUrl).toMatch(/^http/);
    expect((await aWaybill(rig({ settings: { labelBy: "us" } }), "P-1")).labelUrl).toBeNull();
  });

  it("a number whose answer breaks the contract is unknown, unless a repeat gets the same", async () => {
    spoil("generateWaybill", ({ waybill: _, ...rest }) => rest);
    const words = "The answer does not fit generateWaybill: waybill is required";
    const once = await rig({ settings: bench().repeats("another") }).run("createWaybill", aWish("P-1"));
    expect(once).toMatchObject({
      ok: false,
      failure: { kind: "bad_answer", reached: "unknown", channelMessage: words },
    });
    const again = await rig({ settings: bench().repeats("same") }).run("createWaybill", aWish("P-1"));
    expect(again).toMatchObject({ ok: false, failure: { kind: "bad_answer", reached: "yes", channelMessage: words } });
  });

  it.each([
    ["updateWaybill", "updateWaybill", "status is required"],
    ["cancelWaybill", "cancelWaybill", "status is required"],
    ["getWaybillDetails", "track", "status is required"],
    ["generateManifest", "manifest", "manifestNumber is required"],
  ] as const)("an empty answer to %s names what it lacks", async (operation, name, words) => {
    const account = rig();
    const { awb } = await aWaybill(account, "P-1");
    spoil(operation, () => ({}));
    const outcome = await inputsOf(account, awb)[name]();
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
    expect(outcome.ok ? "" : outcome.failure.channelMessage).toContain(words);
  });

  it("a manifest answered with 200 is not made: the protocol says 201", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "P-1");
    spoil("generateManifest", (body) => body, 200);
    const outcome = await account.run("manifest", [awb]);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "bad_answer", reached: "unknown" } });
  });

  it("both spellings of cancellations and of tracking are read", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "P-1");
    spoil("getWaybillDetails", ({ status, ...rest }) => ({ ...rest, Status: status }));
    expect((await must("track", account.run("track", [awb]))).parcels).toHaveLength(1);
    spoil("cancelWaybill", ({ status, ...rest }) => ({ ...rest, status: String(status).toLowerCase() }));
    expect(await account.run("cancelWaybill", awb)).toEqual({ ok: true, value: null });
  });

  it("an answer about another number is no answer about ours", async () => {
    const account = rig();
    const { awb } = await aWaybill(account, "P-1");
    spoil("cancelWaybill", (body) => ({ ...body, waybill: "1" }));
    expect(await account.run("cancelWaybill", awb)).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
    spoil("getWaybillDetails", (body) => ({
      ...body,
      waybillDetails: [{ waybill: "1", currentStatus: "DELIVERED", statusDate: "21-Feb-2023 19:23:00" }],
    }));
    const told = await must("track", account.run("track", [awb]));
    expect(told).toMatchObject({ parcels: [], unknown: [awb] });
    expect(told.rejected).toEqual(["1: was not asked for"]);
  });

  it("SUCCESS without a token is a bad answer, not a token that is empty", async () => {
    spoil("getShipperToken", () => ({ status: "SUCCESS", token: " " }));
    const outcome = await rig().run("verify", null);
    expect(outcome).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
    expect(outcome.ok ? "" : outcome.failure.channelMessage).toContain("token");
  });

  it("the log of exchanges keeps neither customer nor secret", async () => {
    const account = rig();
    await aWaybill(account, "P-1");
    const kept = JSON.stringify(account.exchanges);
    const { name, phone, email, line1, line2, city, pincode } = CUSTOMER;
    for (const secret of [name, phone, email, line1, line2, bench().fields.password])
      expect(kept).not.toContain(secret);
    expect(kept).not.toMatch(/"token":"(?!\[secret\])/);
    for (const place of [city, pincode]) expect(kept).toContain(place);
  });

  it("credentials refused with 401 are refused", async () => {
    bench().fault({ kind: "401", operation: "getShipperToken" });
    expect(await rig().run("verify", null)).toMatchObject({ ok: false, failure: { kind: "auth", status: 401 } });
  });

  it("the token goes with a file of the courier's own and with nobody else's; a stranger's 401 is no word about the account", async () => {
    const own = await headersHeard((url) => rig({ baseUrl: url }), "/files/label.pdf");
    expect(own).toEqual(["the-token"]);
    const label = (rig_: CourierRig, url: string) => rig_.run("fetchLabel", `${url}/label.pdf`);
    const stranger = await answering(401, "no", async (url) => {
      // Beside the base address only public hosts are called, unless the operator lets addresses be private.
      expect(await label(rig(), url)).toMatchObject({ ok: false, failure: { reached: "no" } });
      const refused = await label(rig({ allowPrivateUrls: true }), url);
      expect(refused).toMatchObject({ ok: false, failure: { kind: "refused", status: 401 } });
    });
    expect(stranger).toEqual([""]); // called once, without a token
  });
});

function inputsOf(account: CourierRig, awb: string) {
  const { orderedAt, weightGrams, lengthMm, widthMm, heightMm } = aWish("P-1");
  const of = { code: "P-1", orderCode: "SO", displayOrderCode: "SO", channelCode: "C", channelName: "C", boxes: 1 };
  const measures = { orderedAt, weightGrams, lengthMm, widthMm, heightMm };
  return {
    updateWaybill: () => account.run("updateWaybill", { direction: "FORWARD", awb, ...of, ...measures }),
    cancelWaybill: () => account.run("cancelWaybill", awb),
    track: () => account.run("track", [awb]),
    manifest: () => account.run("manifest", [awb]),
  };
}

/** Authorization of the calls beside that for a token, by a server that knows nothing but tokens and PDFs. */
async function headersHeard(make: (url: string) => CourierRig, file = ""): Promise<string[]> {
  return answering(200, "%PDF-1.7", async (url) => {
    const account = make(url);
    await account.run("fetchLabel", `${url}${file === "" ? "/label.pdf" : file}`);
  });
}

async function answering(status: number, text: string, act: (url: string) => Promise<void>): Promise<string[]> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/authToken") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status: "SUCCESS", token: "the-token" }));
      return;
    }
    heard.push(request.headers.authorization ?? "");
    response.writeHead(status).end(text);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a server that listens has a port");
  try {
    await act(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  return heard;
}
