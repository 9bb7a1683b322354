import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { newId, type TenantId } from "../../src/kernel/index.ts";
import {
  addPartner,
  type NewDelivery,
  type PartnerId,
  type PartnerSettings,
  queueDeliveries,
} from "../../src/partners/index.ts";
import type { Ctx } from "../../src/platform/context.ts";
import { next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";

/** A request as the partner's server saw it. */
export interface Heard {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly key: string;
}

/** What the server answers; "HANG": nothing; "CUT": it closes the connection. */
export type Reply =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | "HANG"
  | "CUT";

export const SUCCESS: Reply = { status: 200, body: { status: "Success", message: "taken" } };

/** A partner's server on this machine: keeps what it heard and answers as it is told. */
export class PartnerServer {
  readonly heard: Heard[] = [];
  /** Decides each answer but those for tokens. */
  answer: (heard: Heard) => Reply | Promise<Reply> = () => SUCCESS;
  /** Decides what the call for a token brings. */
  token: (heard: Heard) => Reply = () => ({ status: 200, body: { status: "SUCCESS", token: "t-1" } });
  tokensAsked = 0;
  readonly #server: Server;
  readonly #hanging = new Set<() => void>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<PartnerServer> {
    const server = createServer();
    const partner = new PartnerServer(server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const key = request.headers["idempotency-key"];
        const heard: Heard = {
          ...{ path: request.url ?? "", headers: request.headers },
          ...{ body: Buffer.concat(chunks).toString("utf8"), key: typeof key === "string" ? key : "" },
        };
        void partner.#reply(heard).then((reply) => {
          if (reply === "CUT") return request.socket.destroy();
          if (reply === "HANG") return partner.#hanging.add(() => request.socket.destroy());
          response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
          response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? null));
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return partner;
  }

  get url(): string {
    // A server that listens on a port has an address of this kind.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Subjects of what was heard, by the bodies that `deliveries` makes. */
  subjects(): string[] {
    return this.heard.map(({ body }) => (JSON.parse(body) as { subject: string }).subject);
  }

  async #reply(heard: Heard): Promise<Reply> {
    if (heard.path.endsWith("/oauth/token")) {
      this.tokensAsked += 1;
      return this.token(heard);
    }
    this.heard.push(heard);
    return this.answer(heard);
  }

  async close(): Promise<void> {
    for (const cut of this.#hanging) cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A partner with a static key, told of everything, unless said otherwise. */
export async function aRealPartner(
  t: Pick<TestDatabase, "ctx">,
  tenantId: TenantId,
  over: Partial<PartnerSettings> & { baseUrl: string },
): Promise<PartnerId> {
  const code = `P${next()}`;
  const added = await addPartner(t.ctx(tenantId), code, {
    ...{ name: `Partner ${code}`, auth: "STATIC_HEADER", headerName: "apikey", username: null, secret: "k-e-y" },
    ...{
      events: ["createShipment", "invoiced", "dispatchedShipment"],
      channelIds: null,
      facilityIds: null,
      enabled: true,
    },
    ...over,
  });
  if (!added.ok) throw new Error(`the partner was refused: ${added.refusal.code}`);
  return added.value;
}

export function aDelivery(partnerId: PartnerId, over: Partial<NewDelivery> = {}): NewDelivery {
  const subject = over.subject ?? `S${next()}`;
  return {
    ...{ partnerId, event: "invoiced", lane: newId(), dedupeKey: subject, subject },
    ...{ saleOrderId: null, shippingPackageId: null, payload: { subject } },
    happenedAt: Temporal.Instant.from("2026-11-20T04:30:00Z"),
    ...over,
  };
}

export function queue(ctx: Ctx, rows: readonly NewDelivery[]): Promise<void> {
  return ctx.db.transaction(ctx.tenantId, (tx) => queueDeliveries(tx, ctx, rows));
}
