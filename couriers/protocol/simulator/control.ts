/** The control API of a simulated courier. Beside the protocol, never touched by faults. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { send } from "../../../connectors/kit/simulator/answering.ts";
import { faultWish } from "../../../connectors/kit/simulator/faults.ts";
import { isJson, type Json } from "../../../connectors/kit/simulator/json.ts";
import { operationIds } from "../../../contract/operations.ts";
import { act, passTime, StepRefused } from "./life.ts";
import { renderPage } from "./page.ts";
import type { PushTarget, SimParcel } from "./types.ts";
import { STEP_NAMES } from "./vocabulary.ts";
import { type CourierWorld, parcelNamed, statusOf } from "./world.ts";

const AHEAD_MAX_MINUTES = 366 * 1_440;
const rate = z.number().min(0).max(1);

const stateQuery = z.object({
  seller: z.string().optional(),
  /** Tracking number or shipment code. */
  parcel: z.string().optional(),
  limit: z.coerce.number().int().min(0).optional(),
});

const settingsWish = z.strictObject({
  labels: z.boolean().optional(),
  repeat: z.enum(["same", "another"]).optional(),
  history: z.boolean().optional(),
  statusKey: z.enum(["status", "Status"]).optional(),
  cancelCase: z.enum(["upper", "lower"]).optional(),
  pushes: z.enum(["none", "delivered", "all"]).optional(),
  life: z.enum(["by hand", "after waybill", "after manifest"]).optional(),
  stepMinutes: z.int().min(1).max(14_400).optional(),
  ndrRate: rate.optional(),
  rtoRate: rate.optional(),
  lostRate: rate.optional(),
  unknownRate: rate.optional(),
});

const text = z.string().min(1).max(500);
const stepWish = z.object({
  status: text.optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  place: text.optional(),
  subStatus: text.optional(),
  remark: text.optional(),
  reason: text.optional(),
  code: text.optional(),
  nextAttempt: z.iso.datetime({ offset: true }).optional(),
  push: z.boolean().optional(),
  insist: z.boolean().optional(),
});
/** The page's own form: it names the parcel in the body. */
const actWish = stepWish.extend({ parcel: text, step: z.enum(STEP_NAMES) });

const targetWish = z.object({
  /** Null takes the target away. */
  url: z.url({ protocol: /^https?$/ }).nullable(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string()).default({}),
  providerCode: text.optional(),
  facilityCode: text.optional(),
  seller: text.optional(),
});

const accountWish = z.strictObject({ username: text, password: text, addressIds: z.string().max(2_000).default("") });
const pincodeWish = z.strictObject({ pincode: z.string().regex(/^[1-9][0-9]{5}$/), cod: z.boolean().default(true) });
const pincodesWish = z.strictObject({
  /** True: it goes everywhere again. */
  everywhere: z.boolean().optional(),
  served: z.array(pincodeWish).max(50_000).optional(),
  refused: z.array(z.string()).max(50_000).optional(),
});
const clockWish = z.strictObject({ advanceMinutes: z.int().min(0).max(AHEAD_MAX_MINUTES) });

class NotFound extends Error {}
class WishRefused extends Error {}

export function serveControl(world: CourierWorld): void {
  const { app } = world.server;
  const post = (path: string, handler: (body: unknown, params: Record<string, string>) => unknown) =>
    app.post<{ Params: Record<string, string> }>(path, (request, reply) =>
      answer(reply, () => handler(request.body, request.params)),
    );

  app.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(renderPage(world)));
  app.get("/_sim/health", (_request, reply) => answer(reply, () => ({ status: "ok" })));
  app.get("/_sim/state", (request, reply) => answer(reply, () => stateOf(world, stateQuery.parse(request.query))));

  for (const step of STEP_NAMES)
    post(`/_sim/parcels/:name/${step}`, (body, { name = "" }) =>
      makeHappen(world, name, step, stepWish.parse(body ?? {})),
    );
  post("/_sim/act", (body) => {
    const { parcel, step, ...wish } = actWish.parse(body);
    return makeHappen(world, parcel, step, wish);
  });
  post("/_sim/settings", (body) => {
    change(world, settingsWish.parse(body ?? {}));
    return { settings: world.settings };
  });
  post("/_sim/clock", async (body) => {
    world.ahead.minutes += clockWish.parse(body).advanceMinutes;
    await passTime(world);
    return { now: world.clock().toString() };
  });
  post("/_sim/faults", (body) => setFaults(world, body));
  post("/_sim/target", (body) => {
    if (isEmpty(body)) setTarget(world, null);
    else {
      const { url, seller, ...rest } = targetWish.parse(body);
      setTarget(world, url === null ? null : { url, ...rest }, seller);
    }
    return { targets: targetsOf(world) };
  });
  post("/_sim/accounts", (body) => {
    for (const wish of z
      .array(accountWish)
      .min(1)
      .parse(Array.isArray(body) ? body : [body]))
      setAccount(world, wish);
    return { accounts: [...world.sellers.keys()] };
  });
  post("/_sim/tokens/end", () => {
    world.accounts.clear();
    return { status: "ok" };
  });
  post("/_sim/pincodes", (body) => {
    const { everywhere, served = [], refused = [] } = pincodesWish.parse(body ?? {});
    if (everywhere === true) world.pincodes = null;
    else world.pincodes ??= new Map();
    for (const one of served) world.pincodes?.set(one.pincode, one);
    for (const pincode of refused) world.pincodes?.delete(pincode);
    return { served: world.pincodes?.size ?? "everywhere" };
  });
  post("/_sim/reset", () => {
    reset(world);
    return { status: "ok" };
  });
}

/** Runs a handler and says in words what was wrong with the wish. */
async function answer(reply: FastifyReply, handler: () => unknown): Promise<FastifyReply> {
  try {
    return send(reply, { status: 200, body: await handler() });
  } catch (error) {
    const [status, message] = explained(error);
    return send(reply, { status, body: { message } });
  }
}

function explained(error: unknown): readonly [status: number, message: string] {
  if (error instanceof z.ZodError)
    return [400, error.issues.map(({ path, message }) => `${path.join("/") || "body"}: ${message}`).join("; ")];
  if (error instanceof WishRefused) return [400, error.message];
  if (error instanceof StepRefused) return [409, error.message];
  if (error instanceof NotFound) return [404, error.message];
  throw error;
}

function isEmpty(body: unknown): boolean {
  return !body || (isJson(body) && Object.keys(body).length === 0) || (Array.isArray(body) && body.length === 0);
}

async function makeHappen(
  world: CourierWorld,
  name: string,
  step: (typeof STEP_NAMES)[number],
  wish: z.infer<typeof stepWish>,
) {
  const parcel = parcelNamed(world, name);
  if (!parcel) throw new NotFound(`no parcel ${name} is known here`);
  const pushed = await act(world, parcel, step, wish);
  return { id: parcel.id, status: statusOf(parcel), pushed, parcel };
}

/** One fault or a list is added to those set; nothing takes all away. */
function setFaults(world: CourierWorld, body: unknown) {
  if (isEmpty(body)) world.faults.clear();
  else {
    const wishes = z.array(faultWish).parse(Array.isArray(body) ? body : [body]);
    // A fault on a misspelt operation would never strike, and who set it would trust what it shows.
    const known = new Set<string>(["*", ...world.server.operations, ...operationIds("shipping-provider")]);
    const unknown = wishes.flatMap((wish) => (wish.operation && !known.has(wish.operation) ? [wish.operation] : []));
    if (unknown.length > 0)
      throw new WishRefused(`there is no operation ${unknown.join(", ")}; there are ${[...known].join(", ")}`);
    for (const wish of wishes) world.faults.set(wish);
  }
  return { faults: world.faults.list };
}

export function change(world: CourierWorld, wish: z.infer<typeof settingsWish>): void {
  const given = Object.entries(wish).filter(([, value]) => value !== undefined);
  world.settings = { ...world.settings, ...Object.fromEntries(given) };
}

/** @param seller left out: of all without a target of their own */
export function setTarget(world: CourierWorld, target: PushTarget | null, seller?: string): void {
  const name = seller ?? "";
  const address = target === null ? null : { url: target.url, headers: target.headers };
  if (target === null) world.pushTargets.delete(name);
  else world.pushTargets.set(name, target);
  if (seller === undefined) world.hub.defaultTarget = address;
  else if (address === null) world.hub.targets.delete(seller);
  else world.hub.targets.set(seller, address);
}

export function setAccount(world: CourierWorld, { username, password, addressIds }: z.infer<typeof accountWish>): void {
  if (world.sellers.get(username)?.password !== password) world.accounts.drop(username);
  world.sellers.set(username, { username, password, account: { addressIds } });
}

/** Forgets what happened, faults and changed settings; accounts, places and targets stay. Numbers are not given again. */
export function reset(world: CourierWorld): void {
  world.parcels.clear();
  world.manifests.clear();
  world.accounts.clear();
  world.faults.clear();
  world.server.forgetRequests();
  world.settings = world.started;
  world.ahead.minutes = 0;
}

function targetsOf(world: CourierWorld): Json {
  return Object.fromEntries(
    [...world.pushTargets].map(([seller, { url, providerCode, facilityCode }]) => [
      seller === "" ? "*" : seller,
      { url, providerCode, facilityCode },
    ]),
  );
}

const SHOWN_USUALLY = 500;

export function stateOf(world: CourierWorld, { seller, parcel, limit }: z.infer<typeof stateQuery> = {}): Json {
  const isAsked = (one: SimParcel) =>
    (seller === undefined || one.seller === seller) &&
    (parcel === undefined || one.id === parcel || one.code === parcel);
  const parcels = [...world.parcels.values()].filter(isAsked);
  const count = limit ?? SHOWN_USUALLY;
  return {
    courier: world.house,
    now: world.clock().toString(),
    parcels: count === 0 ? [] : parcels.slice(-count).map((one) => ({ ...one, status: statusOf(one) })),
    counts: countsOf(parcels),
    manifests: count === 0 ? [] : [...world.manifests.values()].slice(-count),
    accounts: [...world.sellers.values()].map(({ username, account }) => ({ username, ...account })),
    tokens: world.accounts.view(),
    pincodes: world.pincodes === null ? "everywhere" : world.pincodes.size,
    settings: world.settings,
    targets: targetsOf(world),
    faults: world.faults.list,
    requests: world.server.requests(),
  };
}

function countsOf(parcels: readonly SimParcel[]): Json {
  const sum = (of: (parcel: SimParcel) => number) => parcels.reduce((total, parcel) => total + of(parcel), 0);
  return {
    parcels: parcels.length,
    cancelled: sum(({ cancelledAt }) => (cancelledAt === null ? 0 : 1)),
    manifested: sum(({ manifest }) => (manifest === null ? 0 : 1)),
    repeats: sum(({ repeats }) => repeats),
    updates: sum(({ updates }) => updates),
    pushes: sum(({ pushes }) => pushes.length),
    pushesTaken: sum(({ pushes }) => pushes.filter(({ status }) => status === 200).length),
  };
}
