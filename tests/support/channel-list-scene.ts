import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { Connector } from "../../connectors/kit/index.ts";
import { installSources } from "../../src/channels/index.ts";
import { addParcels, createManifest, manifestRoutes } from "../../src/fulfilment/index.ts";
import { type Id, type ManifestId, must, type Result, type ShippingPackageId } from "../../src/kernel/index.ts";
import type { FileAnswer } from "../../src/platform/http/route.ts";
import { setFaults } from "./channel-builders.ts";
import { aListShop, type ListShop, readyForList } from "./channel-list-builders.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "./database.ts";
import { expectStockTrue } from "./invariants.ts";
import { readPages } from "./read-pdf.ts";
import { ajioDropship } from "./sources.ts";

/** AJIO as it is, but quick to give up, and without a limit that would slow a test. */
export const quickAjio: Connector = {
  ...ajioDropship,
  limits: { ...ajioDropship.limits, requestsPerSecond: 10_000, burst: 10_000, timeoutMs: 2_000 },
};

export interface ListedParcel {
  readonly id: ShippingPackageId;
  readonly code: string;
  readonly order: string;
  readonly saleOrderId: string;
  readonly state: string;
  readonly courier: string;
  readonly courierName: string;
  readonly awb: string;
}

/** A manifest's page. */
export interface ShownManifest {
  readonly state: string;
  readonly listBy: string;
  readonly parcelsMax: number;
  readonly asking: boolean;
  readonly allowed: string[];
  readonly channelMessage: string | null;
  readonly channelExchangeId: string | null;
  readonly refused: number;
  readonly courier: string;
  readonly parcelsOn: {
    code: string;
    channelRefusal: string | null;
    courier: string | null;
    noticeState: string | null;
  }[];
  readonly files: {
    manifestFileId: Id<"ManifestFile">;
    courierCode: string;
    state: string;
    attempts: number;
    message: string | null;
    nextAttemptAt: string | null;
    documentId: string | null;
    exchangeId: string | null;
    url: string | null;
  }[];
}

/** Hooks of a test file about lists that AJIO makes: a seller and a simulator of its own before each test. */
export function listScene() {
  let t: TestDatabase;
  let shop: ListShop;
  const install = (over: Partial<Connector> = {}) => installSources([{ ...quickAjio, ...over }]);
  beforeAll(async () => {
    t = await testDatabase();
  });
  afterAll(() => t.close());
  beforeEach(async () => {
    t.clock.set(TEST_MORNING);
    install();
    shop = await aListShop(t);
  });
  afterEach(() => shop.sim.close());

  const ctx = () => shop.ctx();
  const parcels = () =>
    t.raw<ListedParcel>(
      `select p.shipping_package_id as id, p.code, o.channel_order_id as "order", o.sale_order_id as "saleOrderId", p.state, p.channel_courier_code as courier,
         p.channel_courier_name as "courierName", p.awb
       from godown.shipping_package p join godown.sale_order o using (tenant_id, sale_order_id) where p.tenant_id = $1 order by p.code`,
      [shop.tenantId],
    );
  const states = async () => (await parcels()).map((p) => p.state);
  return {
    scene: {
      get t() {
        return t;
      },
      get shop() {
        return shop;
      },
    },
    ctx,
    /** Makes AJIO's declaration another one for the rest of the test. */
    install,
    faults: (wish: Record<string, unknown> | null) => setFaults(shop.sim, wish),
    /** Parcels that are READY_TO_SHIP, with couriers of AJIO. */
    ready: (count: number) => readyForList(t, shop, count),
    parcels,
    states,
    /** A manifest for whichever courier AJIO sends, with these parcels on it. */
    manifestOf: async (packageIds: readonly ShippingPackageId[]): Promise<ManifestId> => {
      const of = { facilityId: shop.facilityId, channelId: shop.channelId, shippingProviderId: null };
      const { manifestId } = must(await createManifest(ctx(), { ...of, thirdPartyShipping: true }));
      expect(must(await addParcels(ctx(), { manifestId, packageIds })).refused).toEqual([]);
      return manifestId;
    },
    /** The manifest's page, through its route: query and answer are parsed by its own schemas. */
    shown: async (manifestId: ManifestId): Promise<ShownManifest> => {
      const route = manifestRoutes.find((r) => r.method === "GET" && r.path === "/manifests/:manifestId");
      const answer = await route?.handle(ctx(), { params: { manifestId }, query: undefined, body: undefined });
      return route?.answer?.parse(must(answer as Result<unknown>)) as ShownManifest;
    },
    /** Lists that AJIO was asked for. */
    asked: () => shop.sim.state().manifests as { body: { courierCode: string }; outcome: string; repeated: boolean }[],
    cancelOnChannel: async (order: string) => {
      const answer = await fetch(`${shop.sim.url}/_sim/orders/${order}/cancel`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ late: true }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** All parcels go with one courier. */
    oneCourier: () =>
      t.raw("update godown.shipping_package set channel_courier_code = 'ONE' where tenant_id = $1", [shop.tenantId]),
    /** Nothing has left, and nobody was told so. */
    noneLeft: async () => {
      expect((await states()).filter((state) => state === "DISPATCHED")).toEqual([]);
      expect(
        await t.raw("select 1 from godown.channel_notice where tenant_id = $1 and kind = 'DISPATCH'", [shop.tenantId]),
      ).toEqual([]);
      await expectStockTrue(t, shop.tenantId);
    },
  };
}

/** The text of a PDF that is answered. */
export async function textOf(print: Promise<Result<FileAnswer>>): Promise<string> {
  const { bytes } = must(await print);
  if (!(bytes instanceof Uint8Array)) throw new Error("a PDF is bytes");
  return (await readPages(bytes)).map((page) => page.text).join("\n");
}
