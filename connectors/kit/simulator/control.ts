/** The control API and the page of a marketplace simulator. Beside the protocol, never touched by faults. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { operationIds } from "../../../contract/operations.ts";
import { ACTIONS, actionWish, IncompleteAction, UnknownLine } from "./actions.ts";
import { send } from "./answering.ts";
import { faultWish } from "./faults.ts";
import { isJson } from "./json.ts";
import { ActionRefused, type Simulation, WishRefused } from "./marketplace.ts";
import { readOrderWish } from "./orders.ts";
import { renderPage } from "./page.ts";
import { limitWish } from "./published-limits.ts";
import { settingsWish } from "./settings.ts";
import { addProduct } from "./world.ts";

const viewQuery = z.object({
  seller: z.string().optional(),
  orderId: z.string().optional(),
  limit: z.coerce.number().int().min(0).optional(),
});

const targetWish = z.object({
  /** Null takes the target away. */
  url: z.url({ protocol: /^https?$/ }).nullable(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string()).default({}),
  seller: z.string().optional(),
});

const sellerWish = z.object({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(200),
  gstin: z
    .string()
    .regex(/^[0-9]{2}[0-9A-Z]{13}$/)
    .optional(),
  account: z.record(z.string(), z.string().max(2_000)).optional(),
});

/** Amounts in rupees, as shops write them. */
const productWish = z.object({
  productId: z.string().min(1),
  variantId: z.string().min(1).optional(),
  sku: z.string().min(1),
  title: z.string().min(1).optional(),
  variantTitle: z.string().optional(),
  brand: z.string().default("Unbranded"),
  category: z.string().default("General"),
  price: z.number().min(0).default(499),
  mrp: z.number().min(0).optional(),
  hsnCode: z.string().default("392690"),
  gstBasisPoints: z.int().min(0).max(10_000).default(1_800),
  weightGrams: z.int().min(1).default(250),
});

export function serveControl(sim: Simulation): void {
  const { app } = sim.server;
  const post = (path: string, handler: (body: unknown, params: Record<string, string>) => unknown) =>
    app.post<{ Params: Record<string, string> }>(path, (request, reply) =>
      answer(reply, () => handler(request.body, request.params)),
    );

  app.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(renderPage(sim)));
  app.get("/_sim/state", (request, reply) => answer(reply, () => sim.state(givenOnly(viewQuery.parse(request.query)))));
  app.get("/_sim/log", (_request, reply) => answer(reply, () => sim.log()));
  app.get("/_sim/health", (_request, reply) => send(reply, { status: 200, body: { status: "ok" } }));

  post("/_sim/orders", async (body) => {
    const { order, pushed } = await sim.placeOrder(readOrderWish(body));
    return { id: order.id, pushed, order };
  });
  for (const action of ACTIONS)
    post(`/_sim/orders/:id/${action}`, async (body, { id = "" }) => {
      const order = sim.world.orders.get(id);
      if (!order) throw new NotFound(`no order ${id} is known here`);
      const pushes = await sim.act(order, action, actionWish.parse(body ?? {}));
      return { id, orderStatus: order.orderStatus, items: order.items, pushed: pushes[0] ?? null, pushes };
    });
  post("/_sim/settings", (body) => {
    sim.settings.change(settingsWish.parse(body ?? {}));
    return { settings: sim.settings.now() };
  });
  post("/_sim/faults", (body) => setFaults(sim, body));
  post("/_sim/limits", (body) => {
    const wishes = z.array(limitWish).parse(isEmpty(body) ? [] : Array.isArray(body) ? body : [body]);
    if (wishes.length === 0) sim.server.limits.reset();
    for (const wish of wishes) sim.server.limits.change(wish);
    return { limits: sim.server.limits.view() };
  });
  post("/_sim/target", (body) => {
    if (isEmpty(body)) sim.setTarget(null);
    else {
      const wish = targetWish.parse(body);
      sim.setTarget(wish.url === null ? null : { url: wish.url, headers: wish.headers }, wish.seller);
    }
    return { targets: sim.state({ limit: 0 }).targets };
  });
  post("/_sim/sellers", (body) => {
    const wishes = z
      .array(sellerWish)
      .min(1)
      .parse(Array.isArray(body) ? body : [body]);
    for (const wish of wishes)
      if (!sim.addSeller(wish)) throw new WishRefused("there are as many sellers as there may be");
    return { sellers: [...sim.world.sellers.keys()] };
  });
  post("/_sim/products", (body) => {
    const wishes = z
      .array(productWish)
      .min(1)
      .parse(Array.isArray(body) ? body : [body]);
    return { products: wishes.map((wish) => takeProduct(sim, wish)) };
  });
  post("/_sim/reset", () => {
    sim.reset();
    return { status: "ok" };
  });
}

class NotFound extends Error {}

/** Runs a handler and says in words what was wrong with the wish. */
async function answer(reply: FastifyReply, handler: () => unknown): Promise<FastifyReply> {
  try {
    return send(reply, { status: 200, body: await handler() });
  } catch (error) {
    if (error instanceof z.ZodError) return send(reply, { status: 400, body: { message: describeWish(error) } });
    if (error instanceof WishRefused || error instanceof UnknownLine || error instanceof IncompleteAction)
      return send(reply, { status: 400, body: { message: error.message } });
    if (error instanceof ActionRefused) return send(reply, { status: 409, body: { message: error.message } });
    if (error instanceof NotFound) return send(reply, { status: 404, body: { message: error.message } });
    throw error;
  }
}

function describeWish(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.length === 0 ? "body" : issue.path.join("/")}: ${issue.message}`)
    .join("; ");
}

function isEmpty(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    (isJson(body) && Object.keys(body).length === 0) ||
    (Array.isArray(body) && body.length === 0)
  );
}

/** One fault or a list is added to those set; nothing takes all away. */
function setFaults(sim: Simulation, body: unknown) {
  if (isEmpty(body)) sim.faults.clear();
  else {
    const wishes = z.array(faultWish).parse(Array.isArray(body) ? body : [body]);
    // A fault on a misspelt operation would never strike, and who set it would trust what it shows.
    const known = new Set(["*", ...sim.server.operations, ...callsOut(sim)]);
    const unknown = wishes.flatMap((wish) => (wish.operation && !known.has(wish.operation) ? [wish.operation] : []));
    if (unknown.length > 0)
      throw new WishRefused(`there is no operation ${unknown.join(", ")}; there are ${[...known].join(", ")}`);
    for (const wish of wishes) sim.faults.set(wish);
  }
  return { faults: sim.faults.list };
}

/** Operations of the other side that it calls. */
function callsOut({ dialect }: Simulation): readonly string[] {
  return dialect.callsOut ?? operationIds("marketplace-inbound");
}

function takeProduct(sim: Simulation, wish: z.infer<typeof productWish>) {
  const { price, mrp, title, variantId, variantTitle, ...rest } = wish;
  const product = {
    ...rest,
    variantId: variantId ?? `${wish.productId}-STD`,
    title: title ?? wish.sku,
    ...(variantTitle === undefined ? {} : { variantTitle }),
    pricePaise: Math.round(price * 100),
    mrpPaise: Math.round((mrp ?? price) * 100),
    sizeMm: [200, 150, 50] as const,
  };
  if (!addProduct(sim.world, product)) throw new WishRefused("the catalogue is full");
  return product;
}

/** Absent members left out, as `exactOptionalPropertyTypes` wants. */
function givenOnly(query: z.infer<typeof viewQuery>) {
  return {
    seller: query.seller ?? null,
    orderId: query.orderId ?? null,
    limit: query.limit ?? null,
  };
}
