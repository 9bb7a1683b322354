import { describe, expect, it } from "vitest";
import { readWakeUp, signatureOf } from "./map/wake-up.ts";
import { NOW, SHIPMENT_ID } from "./test-facts.ts";

const SECRET = "669a57f4-fe05-11e4-a322-1697f925ec7b";
const URL_GIVEN = "http://seller.api.pilotseller.com/notify/fki";
const SIGNED = "83762abd87b41e66ddd58320a4e803251e72b776";
const DATE = new Date(1_432_026_135_000).toUTCString();

function push(
  body: unknown,
  over: { readonly authorization?: string; readonly url?: string; readonly bytes?: Buffer } = {},
) {
  const authorization = over.authorization ?? `FKLOGIN ${Buffer.from(`app-1:${SIGNED}`).toString("base64")}`;
  return readWakeUp({
    headers: { x_date: DATE, x_authorization: authorization },
    url: over.url ?? URL_GIVEN,
    bytes: over.bytes ?? Buffer.from(JSON.stringify(body)),
    fields: { appId: "app-1", appSecret: SECRET },
    now: NOW,
    isOwn: () => false,
  });
}

const SHIPPED = {
  ...{ shipmentId: SHIPMENT_ID, eventType: "shipment_shipped", source: "flipkart", version: "v3", locationId: "LOC1" },
  timestamp: "2026-11-21T12:12:15+05:30",
  attributes: { status: "SHIPPED" },
};

describe("a push of Flipkart's", () => {
  it("is signed as in the published example", () => {
    expect(signatureOf(1_432_026_135, URL_GIVEN, SECRET)).toBe(SIGNED);
  });
  it("wakes up for its shipment, under a key of id, event and time", () => {
    expect(push(SHIPPED)).toEqual({
      kind: "LOOK",
      key: `${SHIPMENT_ID}|shipment_shipped|2026-11-21T12:12:15+05:30`,
      channelOrderIds: [SHIPMENT_ID],
    });
  });
  it("of a return has the lists read, for a shipment does not tell of its returns", () => {
    const { shipmentId: _, ...rest } = SHIPPED;
    const created = {
      ...rest,
      returnId: "R-1",
      eventType: "return_created",
      attributes: { returnItems: [{ shipmentId: SHIPMENT_ID }, {}] },
    };
    expect(push(created)).toEqual({
      kind: "LOOK",
      key: expect.stringMatching(/^R-1\|return_created\|/),
      channelOrderIds: [],
    });
    const moved = { ...SHIPPED, eventType: "return_item_tracking_id_update" };
    expect(push(moved)).toMatchObject({ kind: "LOOK", channelOrderIds: [] });
  });
  it("of an event that nobody knows is taken as well", () => {
    expect(push({ ...SHIPPED, eventType: "shipment_painted" })).toMatchObject({ kind: "LOOK" });
  });
  it("that is signed and cannot be read is taken, for a refusal would hold back all that follow", () => {
    expect(push(null, { bytes: Buffer.from("{half") })).toMatchObject({ kind: "NOTHING" });
    expect(push({ hello: "world" })).toMatchObject({ kind: "NOTHING" });
  });
  it("is refused without its headers, with another's signature, and at another address", () => {
    const bare = {
      headers: {},
      url: URL_GIVEN,
      bytes: Buffer.from("{}"),
      fields: { appId: "app-1", appSecret: SECRET },
      now: NOW,
      isOwn: () => false,
    };
    expect(readWakeUp(bare)).toMatchObject({ kind: "REFUSED", status: 401 });
    const other = `FKLOGIN ${Buffer.from(`app-2:${SIGNED}`).toString("base64")}`;
    expect(push(SHIPPED, { authorization: other })).toMatchObject({ kind: "REFUSED" });
    expect(push(SHIPPED, { authorization: "Basic abc" })).toMatchObject({ kind: "REFUSED" });
    expect(push(SHIPPED, { url: "http://seller.api.pilotseller.com/notify/other" })).toMatchObject({ kind: "REFUSED" });
  });
});
