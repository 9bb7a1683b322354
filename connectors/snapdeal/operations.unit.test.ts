import { describe, expect, it } from "vitest";
import { by, listed, NOW, OK, pack, printed, refused, updated } from "./answers-by-hand.ts";
import { snapdeal } from "./index.ts";
import { pullListings, readStockResult } from "./operations/catalogue.ts";
import { PAGE_SIZE, placeOf, tokenAfter } from "./operations/lists.ts";
import { knownModel, noteModels } from "./operations/models.ts";
import { CANCELLED_FEED, pullOrders, pullStatuses, TRAVELLING_FEED } from "./operations/orders.ts";
import { downloadFile, fetchCourier, giveShipment } from "./operations/papers.ts";
import { cancel, dispatch, notifyState } from "./operations/tell.ts";

const shipment = {
  ...{ channelOrderId: "SLP1", invoiceNumber: "W-1", invoicedOn: Temporal.PlainDate.from("2026-11-20") },
  ...{ lengthMm: 1, widthMm: 1, heightMm: 1, weightGrams: 1 },
  lines: [
    {
      channelOrderItemId: "SLP1-1",
      quantity: 1,
      rates: { gstBps: 0, cgstBps: 0, sgstBps: 0, utgstBps: 0, igstBps: 0, cessBps: 0 },
    },
  ],
};

describe("the declaration of Snapdeal", () => {
  it("has an operation for each capability and no other", () => {
    expect(Object.keys(snapdeal.operations).sort()).toEqual(Object.keys(snapdeal.capabilities).sort());
    expect(snapdeal).toMatchObject({ id: "SNAPDEAL", label: "Snapdeal", state: "live" });
  });
});

describe("a page of products", () => {
  it("is read though one of them cannot be, which is told in words", async () => {
    const products = [
      { supc: "SDL1", sku: "MUG", name: "Mug", sellingPrice: 499 },
      { sku: "NO-CODE", name: "x" },
      null,
    ];
    const { call } = by({ searchProducts: [{ body: { metadata: OK, payload: { products } } }] });
    expect(await pullListings(call, 1)).toMatchObject({
      value: {
        rows: [{ channelSku: "MUG", price: 49_900 }],
        rejected: [expect.stringContaining("NO-CODE"), expect.stringContaining("null")],
        last: true,
      },
    });
  });
});

describe("every call of Snapdeal's", () => {
  it("carries the three headers", async () => {
    const { call, sent } = by({ postInventory: [{ body: { metadata: OK, payload: { uploadId: "U" } } }] });
    const line = {
      channelProductId: "SDL1",
      productId: "SDL1",
      variantId: "SDL1",
      quantity: 3,
      hsn: null,
      channelWarehouse: null,
    };
    expect(await snapdeal.operations.pushInventory?.(call, [line])).toMatchObject({
      value: { status: "TAKEN", ticket: "U" },
    });
    expect(sent[0]).toMatchObject({
      headers: { clientId: "godown", "X-Auth-Token": "partner", "X-Seller-AuthZ-Token": "seller" },
      body: [{ supc: "SDL1", availableInventory: 3 }],
    });
  });
});

describe("lists read as one", () => {
  const wish = { status: "CREATED", from: NOW.subtract({ hours: 24 }), to: NOW, page: 1 } as const;
  const full = (state: string) => listed(...Array.from({ length: PAGE_SIZE }, (_, i) => pack(`${state}${i}`)));

  const nextOf = (page: Awaited<ReturnType<typeof pullOrders>>) => (page.ok ? (page.value.next ?? "") : "");

  it("go on where one ends, and name the place where they stop", async () => {
    const { call, sent } = by({ getNewOrders: [full("A"), listed(pack("B")), full("C")] });
    const first = await pullOrders(call, wish);
    expect(first).toMatchObject({ ok: true, value: { last: false, next: expect.stringMatching(/^PFF:2@/) } });
    const second = await pullOrders(call, { ...wish, page: 2, token: nextOf(first) });
    expect(second.ok && second.value.orders.map((order) => order.channelOrderId).slice(0, 2)).toEqual(["B", "C0"]);
    expect(second).toMatchObject({ value: { last: false, next: expect.stringMatching(/^PRNT:2@/) } });
    expect(sent.map(({ query }) => `${query?.orderStatus}:${query?.pageNumber}`)).toEqual(["PFF:1", "PFF:2", "PRNT:1"]);
    expect(sent[0]?.query?.fModes).not.toContain("FC_VOI");
  });

  it("end with a page that lies before the window as a whole, not with one that does in part", async () => {
    const old = (code: string) => pack(code, { created: 1790000000000 });
    const mixed = listed(pack("N"), ...Array.from({ length: PAGE_SIZE - 1 }, (_, i) => old(`O${i}`)));
    const past = listed(...Array.from({ length: PAGE_SIZE }, (_, i) => old(`P${i}`)));
    const { call } = by({ getNewOrders: [mixed, past, listed(), listed(), listed()] });
    const first = await pullOrders(call, wish);
    expect(first.ok && first.value.orders.map((order) => order.channelOrderId)).toEqual(["N"]);
    expect(first).toMatchObject({ value: { next: expect.stringMatching(/^PFF:2@/) } });
    expect(await pullOrders(call, { ...wish, token: nextOf(first) })).toMatchObject({
      value: { orders: [], last: true },
    });
  });

  it("are begun anew after a page that failed, and in another process: what left its state moved the others up", async () => {
    const pages = { getNewOrders: [full("A"), full("B"), refused("away"), full("A"), full("B")] };
    const { call, sent } = by(pages);
    const first = await pullOrders(call, wish);
    const second = await pullOrders(call, { ...wish, page: 2, token: nextOf(first) });
    const third = { ...wish, page: 3, token: nextOf(second) };
    expect(await pullOrders(call, third)).toMatchObject({ ok: false });
    const anew = await pullOrders(call, third);
    expect(await pullOrders(call, { ...wish, page: 4, token: nextOf(anew) })).toMatchObject({ ok: true });
    expect(sent.map(({ query }) => Number(query?.pageNumber))).toEqual([1, 2, 3, 1, 2]);
    const other = by({ getNewOrders: [full("A")] });
    await pullOrders({ ...other.call, now: NOW.add({ hours: 1 }) }, third);
    expect(other.sent[0]?.query).toMatchObject({ orderStatus: "PFF", pageNumber: "1" });
  });

  it("take a token that is none for the beginning", () => {
    for (const token of [undefined, "", "PFF", "PFF:0", "XXX:2", "PFF:-1"])
      expect(placeOf(["PFF", "PRNT"], token)).toEqual({ state: "PFF", page: 1 });
    expect(placeOf(["PFF", "PRNT"], "PRNT:7")).toEqual({ state: "PRNT", page: 7 });
    expect(tokenAfter(["PFF", "PRNT"], { state: "PRNT", page: 7 }, true)).toBeUndefined();
  });

  it("of what travels are read state by state; of what was cancelled by its window", async () => {
    const { call, sent } = by({
      getNewOrders: [listed(pack("A", { orderStatus: "ASTN" })), listed(), listed(pack("S", { orderStatus: "SHP" }))],
      getCancelledSuborders: [
        {
          body: {
            metadata: OK,
            payload: { suborders: [{ packageReferenceCode: "P", siReferenceCode: "SI" }, { siReferenceCode: "lost" }] },
          },
        },
      ],
    });
    const window = { from: wish.from, to: wish.to, page: 1 };
    const travelling = await pullStatuses(call, { ...window, feed: TRAVELLING_FEED });
    expect(
      travelling.ok && travelling.value.orders.map((order) => [order.channelOrderId, order.lines[0]?.status]),
    ).toEqual([
      ["A", "DISPATCHED"],
      ["S", "DISPATCHED"],
    ]);
    const cancelled = await pullStatuses(call, { ...window, feed: CANCELLED_FEED });
    expect(cancelled).toMatchObject({
      value: {
        last: true,
        orders: [{ channelOrderId: "P" }],
        rejected: [expect.stringContaining("packageReferenceCode")],
      },
    });
    expect(sent.at(-1)?.query).toMatchObject({ startDate: "2026-11-19T04:30:00Z", endDate: "2026-11-20T04:30:00Z" });
  });
});

describe("stock that is judged later", () => {
  const rows = (pageNumber: number) => ({
    body: {
      metadata: OK,
      payload: {
        uploadId: "U",
        finished: true,
        totalPages: 2,
        rows: [{ supc: `S${pageNumber}`, operationSuccessful: pageNumber === 1, errorMessage: "blocked" }],
      },
    },
  });

  it("waits while it is worked on, then names what was refused over all pages", async () => {
    const busy = { body: { metadata: OK, payload: { uploadId: "U", finished: false } } };
    const { call } = by({ getFeedResult: [busy, rows(1), rows(2)] });
    expect(await readStockResult(call, "U")).toMatchObject({ value: { state: "NOT_YET" } });
    expect(await readStockResult(call, "U")).toEqual({
      ok: true,
      value: {
        state: "READY",
        value: {
          ...{ status: "PARTIAL_SUCCESS", message: "blocked" },
          results: [
            { key: "S1", accepted: true, message: null },
            { key: "S2", accepted: false, message: "blocked" },
          ],
        },
      },
    });
  });
});

describe("giving the invoice's number and printing", () => {
  it("looks in the lists by which model the package is fulfilled, once", async () => {
    const { call, sent } = by({
      getNewOrders: [listed(pack("SLP1", { fulfillmentModelCode: "DROPSHIP" }))],
      updateInvoices: [updated("SLP1")],
      printOrders: [printed(pack("SLP1"))],
    });
    expect(await giveShipment(call, shipment)).toMatchObject({
      value: { status: "SUCCESS", results: [{ key: "SLP1-1", accepted: true }] },
    });
    expect(sent.map((out) => out.operation)).toEqual(["getNewOrders", "updateInvoices", "printOrders"]);
    expect(sent[1]?.body).toEqual({ invoiceUpdates: { SLP1: { fulfillmentType: "DROPSHIP", invoiceCode: "W-1" } } });
    expect(sent[2]).toMatchObject({ idempotent: false, body: { fulfillmentType: "DROPSHIP", orderCodes: ["SLP1"] } });
  });

  it("finds out that it is printed already, and says under which number where it is another", async () => {
    const past = (over: object) => {
      const made = by({
        updateInvoices: [updated("SLP1", "package is PRNT")],
        reprintOrder: [printed(pack("SLP1", { orderStatus: "PRNT", ...over }))],
      });
      noteModels(made.call, [{ ...pack("SLP1"), fulfillmentModelCode: "ONESHIP" }]);
      return giveShipment(made.call, shipment);
    };
    expect(await past({ invoiceNumber: "W-1" })).toMatchObject({ value: { status: "SUCCESS", message: null } });
    for (const orderStatus of ["PRNT", "BARP", "AHOS", "SHP"])
      expect(await past({ orderStatus, invoiceNumber: "PANEL-1" }), orderStatus).toMatchObject({
        value: {
          status: "SUCCESS",
          results: [{ key: "SLP1-1", accepted: true }],
          message: "Snapdeal had SLP1 printed already: its paper bears invoice PANEL-1, yours is W-1.",
        },
      });
    expect(await past({ invoiceNumber: null })).toMatchObject({
      value: { status: "SUCCESS", message: expect.stringContaining("no invoice number") },
    });
    for (const orderStatus of ["PFF", "OOS"])
      expect(await past({ orderStatus, invoiceNumber: "PANEL-1" }), orderStatus).toMatchObject({
        value: { status: "FAILED", message: "package is PRNT" },
      });
  });

  it("that somebody printed between the two calls is as good as printed by this one", async () => {
    const made = by({
      updateInvoices: [updated("SLP1")],
      printOrders: [refused("package SLP1 is PRNT: use reprint")],
      reprintOrder: [printed(pack("SLP1", { orderStatus: "PRNT", invoiceNumber: "W-1" }))],
    });
    noteModels(made.call, [{ ...pack("SLP1"), fulfillmentModelCode: "ONESHIP" }]);
    expect(await giveShipment(made.call, shipment)).toMatchObject({ value: { status: "SUCCESS", message: null } });
  });

  it("looks whether a printing whose answer was lost arrived, and never prints twice", async () => {
    const lost = { bytes: Buffer.from("<html>") };
    const there = by({ updateInvoices: [updated("SLP1")], printOrders: [lost], reprintOrder: [printed(pack("SLP1"))] });
    noteModels(there.call, [{ ...pack("SLP1"), fulfillmentModelCode: "ONESHIP" }]);
    expect(await giveShipment(there.call, shipment)).toMatchObject({ value: { status: "SUCCESS" } });
    const away = by({ updateInvoices: [updated("SLP1")], printOrders: [lost], reprintOrder: [refused("not printed")] });
    noteModels(away.call, [{ ...pack("SLP1"), fulfillmentModelCode: "ONESHIP" }]);
    expect(await giveShipment(away.call, shipment)).toMatchObject({ ok: false, failure: { reached: "unknown" } });
    expect(away.sent.filter((out) => out.operation === "printOrders")).toHaveLength(1);
  });

  it("of a package that no list has is refused in words", async () => {
    const { call } = by({ getNewOrders: [listed(), listed()], reprintOrder: [refused("no package")] });
    expect(await giveShipment(call, shipment)).toMatchObject({
      value: { status: "FAILED", message: expect.stringContaining("SLP1") },
    });
  });
});

describe("models that were seen", () => {
  it("are kept, not mixed up, and forgotten from the oldest on", () => {
    const { call } = by({});
    noteModels(call, [
      { ...pack("SLP1"), fulfillmentModelCode: "ONESHIP" },
      { ...pack("SLP11"), fulfillmentModelCode: "VENDOR_SELF" },
    ]);
    expect([
      knownModel(call, "SLP1"),
      knownModel(call, "SLP11"),
      knownModel(call, "LP1"),
      knownModel(call, "SLP"),
    ]).toEqual(["ONESHIP", "VENDOR_SELF", null, null]);
    noteModels(
      call,
      Array.from({ length: 9_000 }, (_, i) => ({
        ...pack(`NEWER-PACKAGE-${i}`),
        fulfillmentModelCode: "OCPLUS" as const,
      })),
    );
    expect([knownModel(call, "SLP1"), knownModel(call, "NEWER-PACKAGE-8999")]).toEqual([null, "OCPLUS"]);
    expect(call.memory.get("models")?.length).toBeLessThan(200_000);
  });
});

describe("courier and files", () => {
  const parcel = {
    channelOrderId: "SLP1",
    packageCode: "P",
    lines: [{ channelOrderItemId: "SLP1-1", productId: "S", variantId: "S", quantity: 1 }],
  };

  it("has no courier before it is printed, and the seller's where he ships", async () => {
    const early = by({ reprintOrder: [refused("not printed")], getNewOrders: [listed(pack("SLP1"))] });
    expect(await fetchCourier(early.call, parcel)).toEqual({
      ok: true,
      value: { state: "NOT_YET", message: "not printed" },
    });
    const own = by({
      reprintOrder: [refused("not printed")],
      getNewOrders: [listed(pack("SLP1", { fulfillmentModelCode: "VENDOR_SELF" }))],
    });
    expect(await fetchCourier(own.call, parcel)).toEqual({ ok: true, value: { state: "SELLER_SHIPS" } });
  });

  it("sends its tokens with no file of a strange host", async () => {
    const { call, sent } = by({
      downloadFile: [{ bytes: Buffer.from("%PDF-1") }, { bytes: Buffer.from("%PDF-1") }, { status: 403, body: {} }],
    });
    await downloadFile(call, "https://own.example.in/a.pdf");
    await downloadFile(call, "https://files.example.com/a.pdf");
    expect(sent.map((out) => Object.keys(out.headers ?? {}).length)).toEqual([3, 0]);
    expect(await downloadFile(call, "https://files.example.com/a.pdf")).toMatchObject({ failure: { kind: "refused" } });
    // SNS is a host of the operator's, and nobody to whom a token is said.
    const confirm = by({ downloadFile: [{ status: 403, body: {} }] });
    const own = { ...confirm.call, isOwn: () => true };
    const lapsed = await downloadFile(own, "https://sns.ap-southeast-1.amazonaws.com/?Action=ConfirmSubscription");
    expect(lapsed).toMatchObject({ failure: { kind: "refused" } });
    expect(confirm.sent[0]?.headers).toEqual({});
    expect(await downloadFile(call, "no address")).toMatchObject({ failure: { reached: "no" } });
  });
});

describe("what is told", () => {
  const facts = {
    channelOrderId: "SLP1",
    packageNo: 1,
    lines: shipment.lines,
    shipper: null,
  };

  it("of a parcel that Snapdeal ships is nothing: it is looked whether the hand-over list told it", async () => {
    const { call } = by({
      reprintOrder: [
        printed(pack("SLP1", { orderStatus: "AHOS" })),
        printed(pack("SLP1", { orderStatus: "PRNT" })),
        refused("not printed"),
      ],
    });
    expect(await dispatch(call, facts)).toMatchObject({ value: { status: "SUCCESS" } });
    expect(await dispatch(call, facts)).toMatchObject({
      value: { status: "FAILED", message: expect.stringContaining("PRNT") },
    });
    expect(await dispatch(call, facts)).toMatchObject({ value: { status: "FAILED", message: "not printed" } });
  });

  describe("of a delivery", () => {
    const state = {
      channelOrderId: "SLP1",
      channelOrderItemIds: ["SLP1-1"],
      state: "DELIVERED",
      courierStatus: null,
      changedAt: NOW,
      zone: "Asia/Kolkata",
    } as const;
    const shipped = (fulfillmentModelCode: string) =>
      printed(pack("SLP1", { fulfillmentModelCode, orderStatus: "SHP" }));

    it("is told for the seller's own parcels alone", async () => {
      const theirs = by({});
      noteModels(theirs.call, [{ ...pack("SLP1"), fulfillmentModelCode: "ONESHIP" }]);
      expect(await notifyState(theirs.call, state)).toMatchObject({ value: { status: "SUCCESS" } });
      expect(theirs.sent).toEqual([]);
      const own = by({ updateOrderStatuses: [updated("SLP1")] });
      noteModels(own.call, [{ ...pack("SLP1"), fulfillmentModelCode: "VENDOR_SELF" }]);
      expect(await notifyState(own.call, state)).toMatchObject({ value: { status: "SUCCESS" } });
      expect(own.sent[0]?.body).toMatchObject({
        orderStatusUpdates: { SLP1: { fieldValue: "VENDOR_MARKED_DELIVERED" } },
      });
    });

    it("is asked by its reprint after a restart, when no list was seen yet", async () => {
      const own = by({ reprintOrder: [shipped("VENDOR_SELF")], updateOrderStatuses: [updated("SLP1")] });
      expect(await notifyState(own.call, state)).toMatchObject({ value: { status: "SUCCESS" } });
      expect(own.sent.map((out) => out.operation)).toEqual(["reprintOrder", "updateOrderStatuses"]);
      const theirs = by({ reprintOrder: [shipped("DROPSHIP")] });
      expect(await notifyState(theirs.call, state)).toMatchObject({ value: { status: "SUCCESS" } });
      expect(theirs.sent.map((out) => out.operation)).toEqual(["reprintOrder"]);
    });

    it("is refused in words where Snapdeal does not answer for the package, and never taken for told", async () => {
      const away = by({ reprintOrder: [refused("no package SLP1")], getNewOrders: [listed()] });
      expect(await notifyState(away.call, state)).toMatchObject({
        value: {
          status: "FAILED",
          results: [{ key: "SLP1-1", accepted: false, message: expect.stringContaining("no package SLP1") }],
        },
      });
      expect(await notifyState(by({}).call, state), "nobody was reached").toMatchObject({ ok: false });
    });
  });

  it("of units that are out of stock names each, and believes no silence", async () => {
    const { call } = by({ updateSuborderStatuses: [updated("SI1")] });
    const line = { productId: "S", variantId: "S", quantity: 1 };
    const told = await cancel(call, {
      channelOrderId: "SLP1",
      lines: [
        { ...line, channelOrderItemId: "SI1" },
        { ...line, channelOrderItemId: "SI2" },
      ],
    });
    expect(told).toMatchObject({
      value: {
        status: "PARTIAL_SUCCESS",
        results: [{ accepted: true }, { accepted: false, message: expect.stringContaining("SI2") }],
      },
    });
  });
});
