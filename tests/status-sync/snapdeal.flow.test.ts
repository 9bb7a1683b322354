import { expect } from "vitest";
import { houseOf, SKUS } from "../simulation/week/houses.ts";
import type { Stage } from "./stage.ts";
import { tellStories } from "./told.ts";

const [NEVER_IN_STOCK = "", , , , , , SIXTH = "", SEVENTH = ""] = SKUS;
/** Delivered is asked for every hour. */
const DELIVERED_MINUTES = 70;
/** Its rider takes what is on a closed sheet half an hour later. */
const RIDER_MINUTES = 30;

tellStories(houseOf("SNAPDEAL"), {
  "Handed over before it was ever seen, with nothing here to take: a shortage stands for each unit": async (stage) => {
    const id = await stage.order({ sku: NEVER_IN_STOCK, quantity: 2 });
    await stage.act(id, "dispatch");
    await stage.untilAll(id, "DISPATCHED");
    expect((await stage.units(id)).map((unit) => unit.short)).toEqual([true, true]);
    expect(await stage.level(NEVER_IN_STOCK)).toMatchObject({ good: 0, blocked: 0 });
  },
  "Delivered before it was ever seen: its stock is taken, and it has its invoice": async (stage) => {
    const before = await stage.level(SIXTH);
    const id = await stage.order({ sku: SIXTH, quantity: 2 });
    await stage.act(id, "dispatch");
    await stage.act(id, "deliver");
    await stage.untilAll(id, "DELIVERED", DELIVERED_MINUTES);
    expect(await stage.level(SIXTH)).toEqual({ good: before.good - 2, blocked: before.blocked });
    await stage.until("it has its invoice", async () => (await stage.units(id)).every((unit) => unit.invoices === 1));
  },
  "Printed and put on a sheet before it was ever seen: it has its stock until its rider comes": async (stage) => {
    const before = await stage.level(SEVENTH);
    const id = await stage.order({ sku: SEVENTH });
    await putOnASheet(stage, id);
    await stage.untilAll(id, "FULFILLABLE");
    expect(await stage.level(SEVENTH)).toEqual({ good: before.good, blocked: before.blocked + 1 });
    await stage.untilAll(id, "DISPATCHED", RIDER_MINUTES + 10);
    expect(await stage.level(SEVENTH)).toEqual({ good: before.good - 1, blocked: before.blocked });
  },
  "Printed on the panel before it was ever seen: it is invoiced, labelled and handed over here like any other": async (
    stage,
  ) => {
    const before = await stage.level(SEVENTH);
    const id = await stage.order({ sku: SEVENTH });
    await print(stage, id);
    await stage.untilAll(id, "FULFILLABLE");
    await stage.pack(id);
    const [said, ...more] = await stage.scene.query<{ facts: { message: string } }>(
      `select e.facts from godown.order_event e join godown.sale_order o using (tenant_id, sale_order_id)
       where o.channel_order_id = '${id}' and e.kind = 'TAKEN_WITH_WORDS'`,
    );
    expect([said?.facts.message, more], "which number Snapdeal's paper bears").toEqual([
      expect.stringContaining("its paper bears invoice PANEL-1"),
      [],
    ]);
    await stage.handOver(id);
    await stage.untilAll(id, "DISPATCHED", RIDER_MINUTES + 10);
    expect(stage.there(id).items.map((item) => item.status)).toEqual(["DISPATCHED"]);
    expect(await stage.level(SEVENTH)).toEqual({ good: before.good - 1, blocked: before.blocked });
  },
  "Parcels of several of Oneship's couriers that lie on one manifest here go on one sheet there": async (stage) => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => stage.order({ sku: SIXTH })));
    for (const id of ids) await stage.untilAll(id, "FULFILLABLE");
    for (const id of ids) await stage.pack(id);
    const packageIds = (await Promise.all(ids.map((id) => stage.parcelsOf(id)))).flat().map((parcel) => parcel.id);
    const { client } = stage.scene;
    const couriers = await stage.scene.query<{ channelId: string; code: string }>(
      `select distinct channel_id as "channelId", channel_courier_code as code from godown.shipping_package
       where shipping_package_id in (${packageIds.map((id) => `'${id}'`).join(", ")})`,
    );
    expect(couriers.length).toBeGreaterThan(1);
    const { facilityId } = stage;
    const { manifestId } = await client.must<{ manifestId: string }>("POST", "/manifests", {
      ...{ facilityId, channelId: couriers[0]?.channelId },
    });
    expect(await client.must("POST", `/manifests/${manifestId}/packages`, { packageIds })).toMatchObject({ added: 5 });
    const sheets = () => (stage.simulator.state().manifests as readonly object[]).length; // what simulators promise
    const before = sheets();
    expect(await client.must("POST", `/manifests/${manifestId}/close`)).toMatchObject({ dispatched: 5 });
    expect(sheets() - before).toBe(1);
    await stage.scene.drive.work();
    const { files } = await client.must<{ files: object[] }>("GET", `/manifests/${manifestId}`);
    expect(files).toMatchObject([{ state: "STORED" }]);
  },
});

/** What the seller does on Snapdeal's own panel. */
async function print(stage: Stage, id: string): Promise<void> {
  const model = { fulfillmentType: "ONESHIP" };
  await onPanel(stage, "/orders/invoice", { invoiceUpdates: { [id]: { ...model, invoiceCode: "PANEL-1" } } });
  await onPanel(stage, "/orders/print", { ...model, orderCodes: [id], thermalEnabled: false });
}

async function putOnASheet(stage: Stage, id: string): Promise<void> {
  await print(stage, id);
  const sheet = await onPanel(stage, "/oneship/hos", { orderCodes: [id] });
  await onPanel(stage, "/oneship/hos/print", { handOverCode: sheet.payload.handOverCode });
}

async function onPanel({ house, simulator }: Stage, path: string, body: object) {
  const { clientId = "", authToken = "", sellerToken = "" } = house.fields("");
  const answer = await fetch(`${simulator.url}${path}`, {
    method: "POST",
    headers: {
      ...{ "content-type": "application/json", clientId, "X-Auth-Token": authToken },
      "X-Seller-AuthZ-Token": sellerToken,
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as { readonly payload: { readonly handOverCode?: string } }; // the contract's shape
}
