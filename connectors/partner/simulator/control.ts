/** The control API and the page of the simulated partner. Beside the protocol, never touched by faults. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { send } from "../../kit/simulator/answering.ts";
import { faultWish } from "../../kit/simulator/faults.ts";
import { isJson } from "../../kit/simulator/json.ts";
import { accountWish, WAYS } from "./credentials.ts";
import { EVENTS } from "./events.ts";
import { renderPage } from "./page.ts";
import { stateOf } from "./state.ts";
import { addAccount, type PartnerWorld, resetWorld, setFault } from "./world.ts";

const DOWN_MAX_SECONDS = 30 * 86_400;
const EVENTS_PER_ANSWER_MAX = 1_000;

const stateQuery = z.object({ limit: z.coerce.number().int().min(0).max(100_000).optional() });
const eventsQuery = z.object({
  /** By name: invoiced. */
  event: z.string().optional(),
  /** Of the parcel, return, order, purchase or gate pass. */
  code: z.string().optional(),
  /** Those after this number. */
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(EVENTS_PER_ANSWER_MAX).default(EVENTS_PER_ANSWER_MAX),
});
const downWish = z.strictObject({
  /** Absent: until /_sim/up. */
  seconds: z.number().min(0).max(DOWN_MAX_SECONDS).optional(),
});
const settingsWish = z.strictObject({
  ways: z.array(z.enum(WAYS)).min(1).optional(),
  tokenSeconds: z.number().min(0).nullable().optional(),
  refusedLoginStatus: z.union([z.literal(200), z.literal(401)]).optional(),
  aheadSeconds: z.int().min(0).optional(),
});

class Refused extends Error {}

export function serveControl(world: PartnerWorld): void {
  const { app } = world.server;
  const get = (path: string, handler: (query: unknown) => unknown) =>
    app.get(path, (request, reply) => answer(reply, () => handler(request.query)));
  const post = (path: string, handler: (body: unknown) => unknown) =>
    app.post(path, (request, reply) => answer(reply, () => handler(request.body)));

  app.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(renderPage(world)));
  get("/_sim/health", () => ({ status: "ok" }));
  get("/_sim/state", (query) => stateOf(world, stateQuery.parse(query).limit));
  get("/_sim/events", (query) => ({ events: eventsAsked(world, eventsQuery.parse(query)) }));
  post("/_sim/faults", (body) => setFaults(world, body));
  post("/_sim/down", (body) => {
    world.downtime.begin(downWish.parse(body ?? {}).seconds ?? null);
    return { down: true, until: world.downtime.until };
  });
  post("/_sim/up", () => {
    world.downtime.end();
    return { down: false };
  });
  post("/_sim/accounts", (body) => {
    for (const wish of z
      .array(accountWish)
      .min(1)
      .parse(Array.isArray(body) ? body : [body]))
      addAccount(world, wish);
    return { accounts: [...world.credentials.accounts.keys()] };
  });
  post("/_sim/tokens/expire", () => {
    world.credentials.expireAll();
    return { status: "ok" };
  });
  post("/_sim/settings", (body) => {
    const wish = settingsWish.parse(body ?? {});
    if (wish.ways) world.credentials.ways = new Set(wish.ways);
    if (wish.tokenSeconds !== undefined) world.credentials.tokenSeconds = wish.tokenSeconds;
    if (wish.refusedLoginStatus !== undefined) world.refusedLoginStatus = wish.refusedLoginStatus;
    if (wish.aheadSeconds !== undefined) world.aheadSeconds = wish.aheadSeconds;
    return { settings: stateOf(world, 0).settings };
  });
  post("/_sim/reset", () => {
    resetWorld(world);
    return { status: "ok" };
  });
}

function eventsAsked({ inbox }: PartnerWorld, { event, code, after, limit }: z.infer<typeof eventsQuery>) {
  return inbox.events.entries
    .filter(
      (entry) =>
        entry.seq > after &&
        (event === undefined || entry.event === event) &&
        (code === undefined || entry.lane.code === code),
    )
    .slice(0, limit);
}

/** One fault or a list is added to those set; nothing takes all away. */
function setFaults(world: PartnerWorld, body: unknown) {
  const isEmpty = !body || (isJson(body) && Object.keys(body).length === 0);
  const wishes = isEmpty ? [] : z.array(faultWish).parse(Array.isArray(body) ? body : [body]);
  if (wishes.length === 0) world.faults.clear();
  // A fault on a misspelt event would never strike, and who set it would trust what it shows.
  const known = new Set(["*", ...world.server.operations, ...EVENTS.flatMap(({ name }) => [name, `/${name}`])]);
  const unknown = wishes.flatMap((wish) => (wish.operation && !known.has(wish.operation) ? [wish.operation] : []));
  if (unknown.length > 0) throw new Refused(`there is no event ${unknown.join(", ")}`);
  for (const wish of wishes) setFault(world, wish);
  return { faults: world.faults.list };
}

/** Runs a handler and says in words what was wrong with the wish. */
function answer(reply: FastifyReply, handler: () => unknown): FastifyReply {
  try {
    return send(reply, { status: 200, body: handler() });
  } catch (error) {
    if (error instanceof Refused) return send(reply, { status: 400, body: { message: error.message } });
    if (!(error instanceof z.ZodError)) throw error;
    const words = error.issues.map(({ path, message }) => `${path.join("/") || "body"}: ${message}`);
    return send(reply, { status: 400, body: { message: words.join("; ") } });
  }
}
