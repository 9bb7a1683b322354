/** The stories: what happens there, and what must be so here within the ten minutes. */
import { expect } from "vitest";
import { type House, SKUS } from "../simulation/week/houses.ts";
import type { Absent, StoryId } from "./columns.ts";
import { PLACE_WITHOUT_SERIES, type Stage } from "./stage.ts";

const [NEVER_IN_STOCK = "", IN_STOCK = "", ANOTHER = "", THIRD = "", FOURTH = "", FIFTH = ""] = SKUS;
/** Delivered is asked for every hour. */
const DELIVERED_MINUTES = 70;

/** Stories that are not this source's, and why, in words for the page. */
export function absentOf(house: House): Absent {
  const silent = (word: House["tells"][number]) => !house.tells.includes(word);
  const noDispatch = silent("DISPATCHED") ? "a person is asked: it does not report dispatch" : null;
  return {
    ...(silent("DELIVERED") ? { delivered: "does not report it" } : {}),
    ...(noDispatch === null
      ? {}
      : {
          ...{ "panel-unfulfillable": noDispatch, "panel-fulfillable": noDispatch, "panel-packed": noDispatch },
          "panel-unseen": noDispatch,
        }),
    ...(house.showsFinished || noDispatch !== null ? {} : { "panel-unseen": "lists open orders alone" }),
    ...(house.customerCancels === "never" ? { "panel-cancelled": "no such cancellation" } : {}),
    ...(house.invoices === "channel"
      ? { "series-missing": "numbers invoices itself" }
      : noDispatch === null
        ? {}
        : { "series-missing": noDispatch }),
    ...(house.believedOnlyWhereItShips ? {} : { "self-ship-not-synced": "–" }),
  };
}

export const TELL: Readonly<Record<StoryId, (stage: Stage) => Promise<void>>> = {
  "dispatched-by-us": async (stage) => {
    await makeSeries(stage);
    const offered = stage.house.offers === true;
    const id = await stage.order({ sku: IN_STOCK, offered });
    if (offered) expect(stage.there(id).orderStatus, "nobody has accepted it").toBe("PENDING_VERIFICATION");
    await stage.untilAll(id, "FULFILLABLE");
    if (offered) await stage.until("it is accepted there", async () => stage.there(id).orderStatus === "CREATED");
    await stage.pack(id);
    await stage.handOver(id);
    await stage.untilAll(id, "DISPATCHED");
    await stage.until("the marketplace knows that it left", async () => hasLeftThere(stage, id));
    await mustHaveOneInvoice(stage, id);
  },
  delivered: async (stage) => {
    await makeSeries(stage);
    const id = await stage.order({ sku: IN_STOCK });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.pack(id);
    await stage.handOver(id);
    await stage.untilAll(id, "DISPATCHED");
    await stage.act(id, "deliver");
    await stage.untilAll(id, "DELIVERED", DELIVERED_MINUTES);
  },
  "panel-unfulfillable": async (stage) => {
    await makeSeries(stage);
    const id = await stage.order({ sku: NEVER_IN_STOCK, quantity: 2 });
    await stage.untilAll(id, "UNFULFILLABLE");
    await stage.act(id, "dispatch");
    await stage.untilAll(id, "DISPATCHED");
    expect(
      (await stage.units(id)).map((unit) => unit.short),
      "a shortage stands for each unit",
    ).toEqual([true, true]);
    expect(await stage.level(NEVER_IN_STOCK)).toMatchObject({ good: 0, blocked: 0 });
    await mustHaveOneInvoice(stage, id);
  },
  "panel-fulfillable": async (stage) => {
    await makeSeries(stage);
    const before = await stage.level(ANOTHER);
    const id = await stage.order({ sku: ANOTHER });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.act(id, "dispatch");
    await stage.untilAll(id, "DISPATCHED");
    expect((await stage.units(id)).map((unit) => unit.short)).toEqual([false]);
    expect(await stage.level(ANOTHER)).toEqual({ good: before.good - 1, blocked: before.blocked });
    await mustHaveOneInvoice(stage, id);
  },
  "panel-packed": async (stage) => {
    await makeSeries(stage);
    const before = await stage.level(THIRD);
    const id = await stage.order({ sku: THIRD });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.pack(id);
    await stage.act(id, "dispatch");
    await stage.untilAll(id, "DISPATCHED");
    expect(await stage.level(THIRD)).toEqual({ good: before.good - 1, blocked: before.blocked });
    await mustHaveOneInvoice(stage, id);
  },
  "panel-unseen": async (stage) => {
    await makeSeries(stage);
    const before = await stage.level(FIFTH);
    const id = await stage.order({ sku: FIFTH });
    await stage.act(id, "dispatch");
    await stage.untilAll(id, "DISPATCHED");
    expect(await stage.level(FIFTH), "what was sold there is not here any more").toEqual({
      good: before.good - 1,
      blocked: before.blocked,
    });
    await mustHaveOneInvoice(stage, id);
  },
  "panel-cancelled": async (stage) => {
    const before = await stage.level(FOURTH);
    const id = await stage.order({ sku: FOURTH });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.act(id, "cancel");
    await stage.untilAll(id, "CANCELLED");
    expect(await stage.level(FOURTH), "its stock is free again").toEqual(before);
  },
  "series-missing": async (stage) => {
    const id = await stage.order({ sku: IN_STOCK });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.act(id, "dispatch");
    const waiting = () =>
      stage.scene.query<{ outcome: string; code: string | null; facts: unknown }>(
        `select outcome, code, facts from godown.channel_word where channel_order_id = '${id}'`,
      );
    await stage.until("the word waits", async () =>
      (await waiting()).some((word) => word.outcome === "WAITING" && word.code !== null),
    );
    expect(
      (await stage.units(id)).every((unit) => unit.state !== "DISPATCHED"),
      "nothing is half done",
    ).toBe(true);
    expect(JSON.stringify(await waiting()), "the error says where the series is missing").toContain(
      PLACE_WITHOUT_SERIES,
    );
    await makeSeries(stage);
    await stage.untilAll(id, "DISPATCHED");
    await mustHaveOneInvoice(stage, id);
  },
  "self-ship-not-synced": async (stage) => {
    await makeSeries(stage);
    const id = await stage.order({ sku: IN_STOCK, sellerShips: true });
    await stage.untilAll(id, "FULFILLABLE");
    await stage.act(id, "dispatch");
    await stage.pass(30);
    expect(
      (await stage.units(id)).map((unit) => unit.state),
      "what the seller ships is not synced",
    ).toEqual(["FULFILLABLE"]);
  },
};

/** Makes the facility's own series where there is none yet. */
async function makeSeries({ scene, facilityId }: Stage): Promise<void> {
  const { rows } = await scene.client.must<{ rows: { documentType: string }[] }>(
    "GET",
    `/series?facilityId=${facilityId}`,
  );
  if (rows.some((row) => row.documentType === "SALE_INVOICE")) return;
  await scene.client.must("POST", "/series", { facilityId, documentType: "SALE_INVOICE", prefix: "ST/" });
}

function hasLeftThere(stage: Stage, id: string): boolean {
  return stage.there(id).items.every((item) => item.status === "DISPATCHED");
}

/** One invoice a parcel, numbered by whom the source's rule says; the channel's own may come a little later. */
async function mustHaveOneInvoice(stage: Stage, id: string): Promise<void> {
  await stage.until(`${id} has its invoice`, async () => (await stage.units(id)).every((unit) => unit.invoices === 1));
  const wanted = stage.house.invoices === "channel" ? "CHANNEL" : "SERIES";
  expect(new Set((await stage.units(id)).map((unit) => unit.numberedBy))).toEqual(new Set([wanted]));
}
