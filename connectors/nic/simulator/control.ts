/** The control API and the page of the simulated portal. Beside the portal's own calls, never touched by faults. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { type Faults, faultWish } from "../../kit/simulator/faults.ts";
import { html } from "../../kit/simulator/html.ts";
import { errorWish } from "./demands.ts";
import type { NicWorld } from "./index.ts";

const gstinWish = z.strictObject({
  gstin: z.string().length(15),
  /** ACTIVE: like any other. */
  state: z.enum(["UNKNOWN", "INACTIVE", "ACTIVE"]),
  /** Its copy is right again once it is refreshed. */
  refreshable: z.boolean().default(false),
});
const accountWish = z.strictObject({
  gstin: z.string().length(15),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  username: z.string().min(1),
  password: z.string().min(1),
});
const clockWish = z.strictObject({ aheadSeconds: z.int().min(0) });
const hsnWish = z.strictObject({ unknown: z.array(z.string()) });
const ewayBillWish = z.strictObject({ active: z.boolean() });

/** One wish or a list; an empty body clears. */
function wishes<T>(schema: z.ZodType<T>, body: unknown): T[] {
  if (body === undefined || body === null) return [];
  return z.array(schema).parse(Array.isArray(body) ? body : [body]);
}

export function serveControl(world: NicWorld, faults: Faults): void {
  const { app } = world.server;
  app.get("/", (_request, reply) => reply.type("text/html; charset=utf-8").send(page(world)));
  app.get("/_sim/health", () => ({ status: "ok" }));
  app.get("/_sim/keys", () => ({ encryption: world.keys.encryption, signing: world.keys.signing }));
  app.get("/_sim/state", () => ({ ...stateOf(world), faults: faults.list }));
  const post = (path: string, act: (body: unknown, irn: string) => void) =>
    app.post<{ Params: { irn?: string } }>(path, (request, reply) => {
      const bad = attempt(() => act(request.body, request.params.irn ?? ""));
      return bad === null ? reply.send({ status: "ok" }) : answerBad(reply, bad);
    });
  post("/_sim/faults", (body) => {
    const list = wishes(faultWish, body);
    if (list.length === 0) faults.clear();
    for (const wish of list) faults.set(wish);
  });
  post("/_sim/errors", (body) => {
    const list = wishes(errorWish, body);
    if (list.length === 0) world.demands.clear();
    for (const wish of list) world.demands.add(wish);
  });
  post("/_sim/gstins", (body) => {
    for (const { gstin, state, refreshable } of wishes(gstinWish, body)) {
      if (state === "ACTIVE") world.gstins.delete(gstin);
      else world.gstins.set(gstin, state);
      if (refreshable) world.refreshable.add(gstin);
    }
  });
  post("/_sim/accounts", (body) => {
    for (const account of wishes(accountWish, body)) world.sessions.accounts.set(account.gstin, account);
  });
  post("/_sim/hsn", (body) => {
    world.unknownHsn.clear();
    for (const code of hsnWish.parse(body).unknown) world.unknownHsn.add(code);
  });
  post("/_sim/clock", (body) => {
    world.aheadSeconds = clockWish.parse(body).aheadSeconds;
  });
  post("/_sim/sessions/end", () => world.sessions.endAll());
  post("/_sim/documents/:irn/ewaybill", (body, irn) => {
    const { active } = ewayBillWish.parse(body);
    for (const document of world.registry.all) if (document.irn === irn) document.ewayBill = active;
  });
  post("/_sim/reset", () => {
    world.registry.clear();
    world.sessions.endAll();
    world.demands.clear();
    world.gstins.clear();
    world.refreshable.clear();
    world.unknownHsn.clear();
    world.server.forgetRequests();
    faults.clear();
    world.aheadSeconds = 0;
  });
}

function attempt(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return error.issues.map((issue) => `${issue.path.join("/") || "body"}: ${issue.message}`).join("; ");
  }
}

function answerBad(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ message });
}

function stateOf(world: NicWorld) {
  return {
    documents: world.registry.all.map(({ document: _, signedInvoice: __, ...kept }) => kept),
    accounts: [...world.sessions.accounts.values()].map(({ gstin, username }) => ({ gstin, username })),
    gstins: Object.fromEntries(world.gstins),
    unknownHsn: [...world.unknownHsn],
    errors: world.demands.list.map(({ fault, operation, left }) => ({ ...fault, operation, left })),
    now: world.clock().toString(),
    requests: world.server.requests(),
  };
}

const SHOWN_MAX = 200;

function page(world: NicWorld): string {
  const rows = world.registry.all
    .slice(-SHOWN_MAX)
    .map(
      (d) =>
        html`<tr><td>${d.type} ${d.number}</td><td>${d.day}</td><td>${d.gstin}</td><td>${d.buyerGstin}</td><td>${d.total}</td><td>${d.cancelledAt === null ? "active" : "cancelled"}</td><td><code>${d.irn}</code></td></tr>`,
    );
  const head = html`<!doctype html><meta charset="utf-8"><title>NIC simulator</title><h1>Simulated e-invoice portal</h1>`;
  const table = html`<table border="1" cellpadding="4"><tr><th>Document</th><th>Day</th><th>Seller</th><th>Buyer</th><th>Total</th><th>State</th><th>IRN</th></tr>${rows}</table>`;
  const foot = html`<p>Its state: <a href="/_sim/state">/_sim/state</a>; its public keys: <a href="/_sim/keys">/_sim/keys</a>. Nothing here is registered with any authority.</p>`;
  return `${head.text}${table.text}${foot.text}`;
}
