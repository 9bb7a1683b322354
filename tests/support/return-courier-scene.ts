import { expect } from "vitest";
import { type BusinessEvent, onBusinessEvents } from "../../src/events/index.ts";
import { must } from "../../src/kernel/index.ts";
import type { ReturnCaseId } from "../../src/returns/return-case.ts";
import { pollCourier } from "../../src/status-sync/courier-tracking/poll.ts";
import { type ACourier, aCourier } from "./courier-scene.ts";
import type { TestDatabase } from "./database.ts";
import { announced, casesOf, gone } from "./return-builders.ts";
import type { Shop } from "./shop-builders.ts";

interface CaseNow {
  readonly code: string;
  readonly state: string;
  readonly courier: string | null;
  readonly awb: string | null;
}

/** What customers of a shop send back, couriers with an API that may collect it, and what is known of both. */
export function returnCouriers(scene: { readonly t: () => TestDatabase; readonly shop: () => Shop }) {
  const open: ACourier[] = [];
  /** What partners would be told. */
  const heard: BusinessEvent[] = [];
  onBusinessEvents(async (_tx, _ctx, events) => void heard.push(...events));

  const ctx = () => scene.t().ctx(scene.shop().tenantId);
  async function courier(over: Parameters<typeof aCourier>[2] = {}): Promise<ACourier> {
    const made = await aCourier(scene.t(), scene.shop(), {
      ...over,
      simulator: {
        clock: () => scene.t().clock.now(),
        ...over.simulator,
        settings: { life: "by hand", pushes: "none", ...over.simulator?.settings },
        accounts: [{ username: "scene-shipper", password: "scene-password", account: { addressIds: "" } }],
      },
    });
    open.push(made);
    return made;
  }
  /** A delivered parcel that the customer sends back, as its channel announces it. */
  async function comesBack(id = "JM-1", over: Parameters<typeof announced>[2] = {}): Promise<ReturnCaseId> {
    // It went out with the courier of the pool; couriers with an API collect what comes back.
    const withApi = (enabled: boolean) =>
      scene
        .t()
        .raw("update godown.shipping_provider set enabled = $2 where tenant_id = $1 and kind = 'API'", [
          scene.shop().tenantId,
          enabled,
        ]);
    await withApi(false);
    await gone(scene.t(), scene.shop(), { id, delivered: true });
    await withApi(true);
    await announced(scene.t(), scene.shop(), { kind: "CIR", channelOrderId: id, ...over });
    const made = (await casesOf(scene.t(), scene.shop().tenantId)).at(-1);
    if (!made) throw new Error("a return was announced");
    return made.id as ReturnCaseId; // a row's id
  }
  const caseNow = async (id: ReturnCaseId): Promise<CaseNow> => {
    const [row] = await scene
      .t()
      .raw<CaseNow>(
        "select code, state, courier_code as courier, awb from godown.return_case where tenant_id = $1 and return_case_id = $2",
        [scene.shop().tenantId, id],
      );
    if (!row) throw new Error("the return is there");
    return row;
  };
  const numbers = (id: ReturnCaseId) =>
    scene
      .t()
      .raw<{ state: string; awb: string | null; direction: string; code: string }>(
        "select state, awb, direction, subject_code as code from godown.courier_waybill where tenant_id = $1 and return_case_id = $2 order by asked_at, courier_waybill_id",
        [scene.shop().tenantId, id],
      );
  const askNow = async (id: ReturnCaseId) => {
    const [row] = await scene
      .t()
      .raw<{ state: string; code: string | null }>(
        "select state, code from godown.return_courier where tenant_id = $1 and return_case_id = $2",
        [scene.shop().tenantId, id],
      );
    return row;
  };
  const words = (id: ReturnCaseId) =>
    scene
      .t()
      .raw<{ raw: string; meaning: string | null; outcome: string }>(
        "select raw, meaning, outcome from godown.return_tracking where tenant_id = $1 and return_case_id = $2 order by coalesce(at, heard_at), return_tracking_id",
        [scene.shop().tenantId, id],
      );
  const doubts = () =>
    scene
      .t()
      .raw<{ kind: string }>(
        "select kind from godown.order_exception where tenant_id = $1 and state = 'OPEN' order by kind",
        [scene.shop().tenantId],
      )
      .then((rows) => rows.map((row) => row.kind));
  const told = () =>
    scene
      .t()
      .raw<{ state: string; courier: { code: string; awb: string } | null }>(
        "select payload ->> 'state' as state, payload -> 'courier' as courier from godown.channel_notice where tenant_id = $1 and kind = 'REVERSE_STATE' order by seq",
        [scene.shop().tenantId],
      )
      .then((rows) => rows.map((row) => [row.state, row.courier?.awb ?? null]));
  const allocated = () => heard.filter((event) => event.kind === "RETURN_COURIER_ALLOCATED").length;
  const poll = async (of: ACourier) => must(await pollCourier(ctx(), of.providerId, { all: false }));
  const later = (minutes: number) => scene.t().clock.advance({ minutes });
  const setting = (on: boolean) =>
    scene
      .t()
      .raw(
        "update godown.tenant set settings = jsonb_set(settings, '{returns.couriersByRules}', $2::jsonb) where tenant_id = $1",
        [scene.shop().tenantId, JSON.stringify(on)],
      );
  const only = async (id: ReturnCaseId) => {
    const [number, ...more] = await numbers(id);
    expect(more).toEqual([]);
    return number;
  };

  /** Ends a test: its couriers are closed, what was heard is forgotten. */
  const end = async () => {
    heard.length = 0;
    for (const { simulator } of open.splice(0)) await simulator.close();
  };
  return {
    open,
    heard,
    end,
    ctx,
    courier,
    comesBack,
    caseNow,
    numbers,
    askNow,
    words,
    doubts,
    told,
    allocated,
    poll,
    later,
    setting,
    only,
  };
}
