/** Four things of operations that a server cannot show, or only at length: what is sent, and what unusual answers mean. */
import { describe, expect, it } from "vitest";
import { assert } from "../../src/kernel/index.ts";
import type { GivenAnswer } from "../kit/call-by-hand.ts";
import { flipkart } from "./index.ts";
import { pullListings, pushInventory, verify } from "./operations/catalogue.ts";
import { cancel, dispatch, notifyState, pack } from "./operations/fulfilment.ts";
import { pullOrders } from "./operations/orders.ts";
import { pullStatuses, readStatuses } from "./operations/statuses.ts";
import { redeemConsent } from "./operations/token.ts";
import { by, FIELDS, found, LINE, result } from "./test-calls.ts";
import { aShipment, COURIER, details, NOW, PACK, PARCEL, SHIPMENT_ID, TOKEN } from "./test-facts.ts";

describe("the token", () => {
  it("is asked of the log-in host with the application's own credentials, and carried as Bearer", async () => {
    const { call, sent } = by({ getShipments: [found("APPROVED")] });
    expect((await readStatuses(call, [SHIPMENT_ID])).ok).toBe(true);
    expect(sent[0]).toMatchObject({
      ...{ operation: "getToken", host: "oauth", method: "GET", path: "/oauth/token" },
      query: { grant_type: "client_credentials", scope: "Seller_Api" },
      headers: { authorization: `Basic ${Buffer.from("app-1:secret-1").toString("base64")}` },
    });
    expect(sent[1]).toMatchObject({ headers: { authorization: "Bearer token-1" } });
  });
  it("of a seller who gave access comes with his refresh token", async () => {
    const { call, sent } = by({ getShipments: [found("APPROVED")] }, { ...FIELDS, refreshToken: "refresh-1" });
    expect((await readStatuses(call, [SHIPMENT_ID])).ok).toBe(true);
    expect(sent[0]?.query).toEqual({ grant_type: "refresh_token", refresh_token: "refresh-1" });
  });
  it("that is refused once is renewed once; wrong credentials are a failure of kind auth in Flipkart's words", async () => {
    const refused = { status: 401, body: { error: "invalid_token", error_description: "Invalid access token: x" } };
    const { call, sent } = by({ getShipments: [refused, found("APPROVED")] });
    expect((await readStatuses(call, [SHIPMENT_ID])).ok).toBe(true);
    expect(sent.map((one) => one.operation)).toEqual(["getToken", "getShipments", "getToken", "getShipments"]);
    const wrong = by({
      getToken: [{ status: 401, body: { error: "invalid_client", error_description: "Bad client credentials" } }],
    });
    expect(await readStatuses(wrong.call, [SHIPMENT_ID])).toMatchObject({
      failure: { kind: "auth", channelCode: "invalid_client", channelMessage: expect.stringContaining("Bad client") },
    });
  });
  it("that Flipkart gives no more is a failure of the credentials, whatever status says so, and names the field", async () => {
    const said = async (status: number, error: string) => {
      const { call } = by({ getToken: [{ status, body: { error, error_description: "No" } }] });
      const read = await readStatuses(call, [SHIPMENT_ID]);
      return read.ok ? null : { kind: read.failure.kind, words: read.failure.channelMessage };
    };
    expect(await said(400, "invalid_grant")).toEqual({ kind: "auth", words: expect.stringContaining("Refresh Token") });
    expect(await said(400, "invalid_scope")).toEqual({
      kind: "auth",
      words: expect.stringContaining("Application ID"),
    });
    const client = { kind: "auth", words: expect.stringContaining("Application Secret") };
    expect(await said(401, "invalid_client")).toEqual(client);
    expect(await said(400, "invalid_request")).toMatchObject({ kind: "refused" });
  });
  it("of a consent that gives no refresh token is no access", async () => {
    const { call } = by({ getToken: [TOKEN] });
    const redeemed = await redeemConsent(call, {
      parameters: { code: "c", state: "s" },
      redirectUri: "https://x.example/back",
    });
    expect(redeemed).toMatchObject({ ok: false, failure: { kind: "bad_answer" } });
  });
});

describe("checking credentials", () => {
  const checked = async (answer: GivenAnswer) => {
    const steps: string[] = [];
    const { call } = by({ getAllLocations: [answer] });
    return { outcome: await verify(call, ({ detail }) => void steps.push(detail)), steps };
  };
  it("names the seller's locations, wherever the answer has them", async () => {
    const { outcome, steps } = await checked({
      body: { data: [{ locationId: "LOC7a1b2c3d" }, { location_id: "LOC2" }] },
    });
    expect(outcome.ok).toBe(true);
    expect(steps.at(-1)).toContain("LOC7a1b2c3d, LOC2");
  });
  it("is refused where the map names a location that he has not", async () => {
    const { outcome } = await checked({ body: { locations: [{ locationId: "LOC2" }] } });
    expect(outcome).toMatchObject({
      failure: { kind: "refused", channelMessage: expect.stringContaining("LOC7a1b2c3d") },
    });
  });
  it("goes on where Flipkart has no such call: it is known from others alone", async () => {
    const { outcome, steps } = await checked({ status: 404, body: { errors: [] } });
    expect(outcome.ok).toBe(true);
    expect(steps.at(-1)).toContain("did not name");
  });
});

const WINDOW = { from: NOW.subtract({ minutes: 10 }), to: NOW, page: 1, status: "CREATED" } as const;

describe("a page of new shipments", () => {
  it("is asked for by the time of change, twenty at most, and its addresses by one call", async () => {
    const first = {
      body: { hasMore: true, nextPageUrl: "/v3/shipments/filter?next_token=ab%2Bc%3D", shipments: [aShipment()] },
    };
    const { call, sent } = by({ filterShipments: [first], getShipmentDetails: [{ body: { shipments: [details()] } }] });
    const page = await pullOrders(call, WINDOW);
    expect(page).toMatchObject({ value: { last: false, next: "ab+c=", orders: [{ channelOrderId: SHIPMENT_ID }] } });
    expect(sent[1]?.body).toEqual({
      filter: {
        serviceProfiles: ["NON_FBF", "FBF_LITE"],
        type: "preDispatch",
        modifiedDate: { from: "2026-11-21T11:20:00+05:30", to: "2026-11-21T11:30:00+05:30" },
      },
      pagination: { pageSize: 20 },
      sort: { field: "modifiedDate", order: "asc" },
    });
    expect(sent[2]?.path).toContain(SHIPMENT_ID);
  });
  it("that follows is a GET on the same path, whatever host its address names", async () => {
    const evil = { body: { hasMore: true, nextPageUrl: "https://evil.example/?next_token=xyz", shipments: [] } };
    const { call, sent } = by({ filterShipmentsNext: [evil] });
    const page = await pullOrders(call, { ...WINDOW, page: 2, token: "ab+c=" });
    expect(page).toMatchObject({ value: { next: "xyz", last: false } });
    expect(sent[1]).toMatchObject({ method: "GET", path: "/v3/shipments/filter", query: { next_token: "ab+c=" } });
  });
  it("ends where Flipkart says so, though there is an address of another page", async () => {
    const last = { body: { hasMore: false, nextPageUrl: "/v3/shipments/filter?next_token=abc", shipments: [] } };
    const page = await pullOrders(by({ filterShipments: [last] }).call, WINDOW);
    expect(page).toMatchObject({ ok: true, value: { last: true, orders: [] } });
    expect(page.ok && "next" in page.value).toBe(false);
  });
  it("that promises more and does not say how to ask for it is a bad answer", async () => {
    for (const body of [{ hasMore: true, shipments: [] }, { shipments: [] }])
      expect(await pullOrders(by({ filterShipments: [{ body }] }).call, WINDOW)).toMatchObject({
        failure: { kind: "bad_answer" },
      });
  });
});

describe("what became of shipments", () => {
  it("brings couriers of the packed ones by one call", async () => {
    const { call, sent } = by({
      getShipments: [found("SHIPPED")],
      getShipmentDetails: [{ body: { shipments: [details(COURIER)] } }],
    });
    expect(await readStatuses(call, [SHIPMENT_ID])).toMatchObject({
      value: { orders: [{ lines: [{ status: "DISPATCHED" }], parcels: [{ awb: "FMPP0000000001" }] }] },
    });
    expect(sent).toHaveLength(3);
  });
  it("asks each kind of cancellation by itself, with its window", async () => {
    const empty = { body: { hasMore: false, shipments: [] } };
    const { call, sent } = by({ filterShipments: [empty, empty, empty] });
    for (const kind of ["sellerCancellation", "buyerCancellation", "marketplaceCancellation"])
      expect((await pullStatuses(call, { feed: `cancelled/${kind}`, from: WINDOW.from, to: NOW, page: 1 })).ok).toBe(
        true,
      );
    const filters = sent.slice(1).map((one) => JSON.stringify(one.body));
    expect(filters.map((filter) => /"cancellationType":"(\w+)"/.exec(filter)?.[1])).toEqual([
      ...["sellerCancellation", "buyerCancellation", "marketplaceCancellation"],
    ]);
    expect(filters.every((filter) => filter.includes('"cancellationDate"'))).toBe(true);
  });
  it("follows pages of returns by the query of their address, on the same path", async () => {
    const item = { returnId: "R-1", orderItemId: LINE, shipmentId: SHIPMENT_ID, status: "CREATED", quantity: 1 };
    const first = {
      body: {
        hasMore: true,
        // One sign is written as it stands, another by its number: neither becomes a blank.
        nextUrl: "/returns?source=courier_return&cursor=a+b/c==&modifiedAfter=2026-11-21T11%3A20%3A00%2B05%3A30",
        returnItems: [item],
      },
    };
    const { call, sent } = by({ getReturns: [first, { body: { hasMore: false, returnItems: [] } }] });
    const wish = { feed: "returns/courier_return", from: WINDOW.from, to: NOW, page: 1 };
    const page = await pullStatuses(call, wish);
    assert(page.ok && page.value.next !== undefined, "there is another page");
    expect((await pullStatuses(call, { ...wish, page: 2, token: page.value.next })).ok).toBe(true);
    expect(sent[2]).toMatchObject({
      path: "/v2/returns",
      query: { source: "courier_return", cursor: "a+b/c==", modifiedAfter: "2026-11-21T11:20:00+05:30" },
    });
  });
});

describe("packing", () => {
  it("reads the state first: what is packed already is done, and nothing is sent", async () => {
    const { call, sent } = by({ getShipments: [found("PACKED")] });
    expect(await pack(call, PACK)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(sent.map((one) => one.operation)).toEqual(["getToken", "getShipments"]);
  });
  it("that is refused for the state is done where the state says so meanwhile", async () => {
    const again = [found("APPROVED"), found("PACKING_IN_PROGRESS")];
    expect(
      await pack(by({ getShipments: again, pack: [result("FAILURE", "INVALID_ITEM_STATE")] }).call, PACK),
    ).toMatchObject({
      value: { status: "SUCCESS" },
    });
    const still = [found("APPROVED"), found("APPROVED")];
    expect(
      await pack(by({ getShipments: still, pack: [result("FAILURE", "INVALID_ITEM_STATE")] }).call, PACK),
    ).toMatchObject({
      value: { status: "FAILED", message: expect.stringContaining("another state") },
    });
  });
  it("says in words what Flipkart's code means, with its own words behind", async () => {
    const answered = await pack(
      by({ getShipments: [found("APPROVED")], pack: [result("FAILURE", "INVALID_REQUEST_TAX")] }).call,
      PACK,
    );
    expect(answered).toMatchObject({
      value: {
        status: "FAILED",
        results: [
          {
            key: LINE,
            accepted: false,
            message: expect.stringMatching(/GST rate.*INVALID_REQUEST_TAX: in their words/),
          },
        ],
      },
    });
  });
  it("of what the seller ships himself says nothing to Flipkart", async () => {
    const { call, sent } = by({ getShipments: [found("APPROVED", { shipmentType: "SELF" })] });
    expect(await pack(call, PACK)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(sent).toHaveLength(2);
  });
});

describe("the seller's own parcel", () => {
  const self = (status: string) => found(status, { shipmentType: "SELF" });
  const shipper = {
    ...{ providerName: "Own", courierName: "Blue Dart", awb: "BD1", trackingUrl: "https://t.example/BD1" },
    ...{ dispatchedAt: NOW, deliveryExpectedAt: NOW.add({ hours: 48 }), zone: "Asia/Kolkata" },
    ...{ invoiceNumber: "WH-1", invoicedOn: Temporal.PlainDate.from("2026-11-21") },
  };
  const FACTS = { channelOrderId: SHIPMENT_ID, packageNo: 1, shipper, lines: PACK.lines };
  it("is told with courier, number and invoice", async () => {
    const { call, sent } = by({
      getShipments: [self("APPROVED")],
      selfShipDispatch: [result("SUCCESS", null, "processingStatus")],
    });
    expect(await dispatch(call, FACTS)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(sent.at(-1)?.body).toEqual({
      shipments: [
        {
          ...{ shipmentId: SHIPMENT_ID, locationId: "LOC7a1b2c3d", trackingId: "BD1" },
          ...{ deliveryPartner: "Blue Dart", deliveryPartnerCode: "BLUE_DART" },
          ...{ dispatchDate: "2026-11-21T11:30:00+05:30", tentativeDeliveryDate: "2026-11-23T11:30:00+05:30" },
          invoice: { invoiceNumber: "WH-1", invoiceDate: "2026-11-21", items: [{ orderItemId: LINE, quantity: 2 }] },
        },
      ],
    });
    expect(sent.at(-1)?.idempotent).toBe(false);
  });
  it("that is told days late is expected today at the earliest: Flipkart takes no day that is over", async () => {
    const dispatchedAt = NOW.subtract({ hours: 72 });
    const told = async (deliveryExpectedAt: Temporal.Instant) => {
      const { call, sent } = by({
        getShipments: [self("APPROVED")],
        selfShipDispatch: [result("SUCCESS", null, "processingStatus")],
      });
      const facts = { ...FACTS, shipper: { ...shipper, dispatchedAt, deliveryExpectedAt } };
      expect(await dispatch(call, facts)).toMatchObject({ value: { status: "SUCCESS" } });
      return sent.at(-1)?.body;
    };
    const days = (dispatchDate: string, tentativeDeliveryDate: string) => ({
      shipments: [{ dispatchDate, tentativeDeliveryDate }],
    });
    const [left, today] = ["2026-11-18T11:30:00+05:30", "2026-11-21T11:30:00+05:30"] as const;
    expect(await told(NOW.subtract({ hours: 24 }))).toMatchObject(days(left, today));
    expect(await told(dispatchedAt.subtract({ hours: 1 }))).toMatchObject(days(left, today));
    expect(await told(NOW.add({ hours: 24 }))).toMatchObject(days(left, "2026-11-22T11:30:00+05:30"));
  });
  it("that left already is not told again; one that Flipkart ships is refused", async () => {
    const gone = by({ getShipments: [self("SHIPPED")] });
    expect(await dispatch(gone.call, FACTS)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(gone.sent).toHaveLength(2);
    expect(await dispatch(by({ getShipments: [found("APPROVED")] }).call, FACTS)).toMatchObject({
      value: { status: "FAILED" },
    });
  });
  it("is told as delivered once; of what Flipkart ships nothing is told", async () => {
    const facts = {
      channelOrderId: SHIPMENT_ID,
      channelOrderItemIds: [LINE],
      state: "DELIVERED",
      courierStatus: null,
      changedAt: NOW,
      zone: "Asia/Kolkata",
    } as const;
    const own = by({
      getShipments: [self("SHIPPED")],
      selfShipDelivery: [result("SUCCESS", null, "processingStatus")],
    });
    expect(await notifyState(own.call, facts)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(own.sent.at(-1)?.body).toEqual({
      shipments: [{ shipmentId: SHIPMENT_ID, locationId: "LOC7a1b2c3d", deliveryDate: "2026-11-21T11:30:00+05:30" }],
    });
    for (const answer of [self("DELIVERED"), found("SHIPPED")]) {
      const silent = by({ getShipments: [answer] });
      expect(await notifyState(silent.call, facts)).toMatchObject({ value: { status: "SUCCESS" } });
      expect(silent.sent).toHaveLength(2);
    }
  });
});

describe("the seller's cancellation", () => {
  const FACTS = { channelOrderId: SHIPMENT_ID, lines: PARCEL.lines };
  it("names location, groups and the channel's reason", async () => {
    const { call, sent } = by({ getShipments: [found("APPROVED")], cancelShipments: [result("SUCCESS")] });
    expect(await cancel(call, FACTS)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(sent.at(-1)?.body).toEqual({
      shipments: [
        {
          shipmentId: SHIPMENT_ID,
          locationId: "LOC7a1b2c3d",
          reason: "cannot_procure_item",
          cancellationGroupIds: ["grp12345678901234500"],
        },
      ],
    });
  });
  it("comes too late once the shipment is packed, and is done where it was done before", async () => {
    expect(await cancel(by({ getShipments: [found("PACKED")] }).call, FACTS)).toMatchObject({
      value: { status: "FAILED", message: expect.stringContaining("before the shipment is packed") },
    });
    expect(await cancel(by({ getShipments: [found("CANCELLED")] }).call, FACTS)).toMatchObject({
      value: { status: "SUCCESS" },
    });
    const raced = by({
      getShipments: [found("APPROVED")],
      cancelShipments: [result("FAILURE", "ORDER_ITEM_ALREADY_CANCELLED")],
    });
    expect(await cancel(raced.call, FACTS)).toMatchObject({ value: { status: "SUCCESS" } });
  });
});

describe("stock", () => {
  const line = (sku: string, channelWarehouse: string | null, productId = "TSHTESTAAAAAAAA1") => ({
    ...{ channelProductId: sku, productId, variantId: sku, quantity: 7, hsn: null, channelWarehouse },
  });
  it("of one SKU at two locations is one entry, and a figure without a location goes to the only one", async () => {
    const { call, sent } = by({ updateInventory: [{ body: { A: { status: "SUCCESS" }, B: { status: "SUCCESS" } } }] });
    expect(await pushInventory(call, [line("A", "LOC1"), line("A", "LOC2"), line("B", null)])).toMatchObject({
      value: { status: "SUCCESS" },
    });
    expect(sent.at(-1)?.body).toEqual({
      A: {
        product_id: "TSHTESTAAAAAAAA1",
        locations: [
          { id: "LOC1", inventory: 7 },
          { id: "LOC2", inventory: 7 },
        ],
      },
      B: { product_id: "TSHTESTAAAAAAAA1", locations: [{ id: "LOC7a1b2c3d", inventory: 7 }] },
    });
  });
  it("that would sink the whole request is refused alone: no location, no product id of Flipkart's", async () => {
    const { call, sent } = by(
      { updateInventory: [{ body: { A: { status: "SUCCESS" } } }] },
      { ...FIELDS, locations: '{"LOC1":"F1","LOC2":"F2"}' },
    );
    expect(await pushInventory(call, [line("A", "LOC1"), line("B", null), line("C", "LOC1", "5000")])).toMatchObject({
      value: {
        status: "PARTIAL_SUCCESS",
        results: [
          { accepted: true },
          { accepted: false },
          { accepted: false, message: expect.stringContaining("5000") },
        ],
      },
    });
    expect(Object.keys(sent.at(-1)?.body ?? {})).toEqual(["A"]);
  });
});

describe("listings", () => {
  const listed = (sku: string) => ({ listing_id: `LST-${sku}`, product_id: "TSHTESTAAAAAAAA1", sku_id: sku });
  it("are found from the beginning where a page's id is not known any more", async () => {
    const first = { body: { next_page_id: "p2", has_more: true, listings: [listed("A")] } };
    const second = { body: { next_page_id: null, has_more: false, listings: [listed("B")] } };
    const { call, sent } = by({ listingSearch: [first, second], getListings: [{ body: { available: {} } }] });
    expect(await pullListings(call, 2)).toMatchObject({ value: { last: true, rows: [{ channelSku: "B" }] } });
    expect(sent.filter((one) => one.operation === "listingSearch").map((one) => one.body)).toEqual([
      { filters: {}, page_id: null },
      { filters: {}, page_id: "p2" },
    ]);
  });
  it("with SKUs that a list cannot carry are listed without their details", async () => {
    const page = { body: { has_more: false, listings: [listed("A,B"), listed("50% / C")] } };
    const { call, sent } = by({ listingSearch: [page], getListings: [{ body: { available: {} } }] });
    expect(await pullListings(call, 1)).toMatchObject({
      value: { rows: [{ channelSku: "A,B", price: null }, { channelSku: "50% / C" }] },
    });
    expect(sent.at(-1)?.path).toBe("/listings/v3/50%25%20%2F%20C");
  });
});

describe("the page on which a seller gives access", () => {
  it("is Flipkart's, with application, way back and state; a simulator's where one stands", () => {
    const wish = { fields: FIELDS, state: "s-1", redirectUri: "https://godown.example/back" };
    const url = new URL(flipkart.consent?.url({ ...wish, origin: null }) ?? "");
    expect(`${url.origin}${url.pathname}`).toBe("https://api.flipkart.net/oauth-service/oauth/authorize");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ client_id: "app-1", redirect_uri: "https://godown.example/back", response_type: "code" },
      ...{ scope: "Seller_Api", state: "s-1" },
    });
    expect(flipkart.consent?.url({ ...wish, origin: "http://127.0.0.1:9/" })).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/oauth\/authorize\?/,
    );
  });
});
