/** A simulated e-invoice portal: sessions, registration, reading back, cancelling, its codes, keys of its own. */
import type { FastifyRequest } from "fastify";
import { operation } from "../../../contract/validators.ts";
import { createFaults, type FaultWish, faultWish } from "../../kit/simulator/faults.ts";
import {
  type Answer,
  type Clock,
  createServer,
  type Refusals,
  type SimulatorServer,
  seededRandom,
  type Tamper,
} from "../../kit/simulator/index.ts";
import { createSequence } from "../../kit/simulator/world.ts";
import { NIC_CONTRACT } from "../contract/index.ts";
import { serveControl } from "./control.ts";
import { Demands, type ErrorWish } from "./demands.ts";
import { decryptJson, encrypt, makeKeys, type PortalKeys } from "./keys.ts";
import { type Found, moment, Registry, type SimDocument } from "./registry.ts";
import { examine, type GstinState, type SimFault } from "./rules.ts";
import { type Caller, type NicAccount, type Opened, SimSessions, TOKEN_MINUTES } from "./sessions.ts";

export { makeKeys, type PortalKeys } from "./keys.ts";
export type { NicAccount } from "./sessions.ts";

export interface NicSimulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Loopback unless said otherwise. */
  readonly host?: string;
  readonly clock?: Clock;
  readonly seed?: number;
  readonly accounts?: readonly NicAccount[];
  /** 360, as in earnest, unless said otherwise; the sandbox has 60. */
  readonly tokenMinutes?: number;
  /** Of an earlier life, so that what was signed then can still be proved; absent: made at the start. */
  readonly keys?: PortalKeys;
  /** Changes an answer before it leaves: plants what no fault on demand does. */
  readonly tamper?: Tamper;
}

/** A simulator that runs. All of this is also offered over HTTP below `/_sim`. */
export interface RunningNicSimulator {
  readonly url: string;
  readonly port: number;
  /** PEM: what sessions are begun with, what signatures are proved with. */
  readonly keys: { readonly encryption: string; readonly signing: string };
  documents(): readonly SimDocument[];
  /** Calls by operation, with what they were answered. */
  requests(): unknown;
  /** Network faults, by the kit's kinds; null clears all. */
  fault(wish: Partial<FaultWish> | null): void;
  /** The next calls are answered with a code. */
  fail(wish: ErrorWish): void;
  /** Null: like any other. */
  setGstin(gstin: string, state: GstinState | null): void;
  /** What the GST system knows better than the portal's copy: told apart only by a refresh. */
  refreshes(gstin: string): void;
  addAccount(account: NicAccount): void;
  endSessions(): void;
  setEwayBill(irn: string, active: boolean): void;
  /** Moves the portal's clock on. */
  advance(duration: { readonly hours?: number; readonly minutes?: number }): void;
  close(): Promise<void>;
}

export const DEMO_ACCOUNT: NicAccount = {
  gstin: "29AAFCC9980M1ZR",
  clientId: "demo-client",
  clientSecret: "demo-client-secret",
  username: "demo-user",
  password: "demo-password",
};

/** All that the parts of a simulator share. */
export interface NicWorld {
  readonly keys: PortalKeys;
  readonly registry: Registry;
  readonly sessions: SimSessions;
  readonly demands: Demands;
  readonly gstins: Map<string, GstinState>;
  /** Registrations that are active again once their copy is refreshed. */
  readonly refreshable: Set<string>;
  readonly unknownHsn: Set<string>;
  readonly server: SimulatorServer;
  readonly clock: Clock;
  aheadSeconds: number;
}

export async function startNicSimulator(options: NicSimulatorOptions = {}): Promise<RunningNicSimulator> {
  const { seed = 1, clock: given = () => Temporal.Now.instant(), tokenMinutes = TOKEN_MINUTES } = options;
  const clock: Clock = () => given().add({ seconds: world.aheadSeconds });
  const keys = options.keys ?? makeKeys();
  const faults = createFaults(seededRandom(seed));
  const callers = new Callers();
  const world: NicWorld = {
    keys,
    registry: new Registry(keys, clock),
    sessions: new SimSessions(keys, clock, tokenMinutes),
    demands: new Demands(),
    gstins: new Map(),
    refreshable: new Set(),
    unknownHsn: new Set(),
    server: createServer({
      clock,
      faults,
      refusals: refusals(callers),
      sequence: createSequence(),
      tamper: options.tamper,
    }),
    clock,
    aheadSeconds: 0,
  };
  for (const account of options.accounts ?? [DEMO_ACCOUNT]) world.sessions.accounts.set(account.gstin, account);
  servePortal(world, callers);
  serveControl(world, faults);
  await world.server.app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  const url = world.server.url();
  return {
    url,
    port: Number(new URL(url).port),
    keys,
    documents: () => world.registry.all,
    requests: world.server.requests,
    fault: (wish) => (wish === null ? faults.clear() : faults.set(faultWish.parse(wish))),
    fail: (wish) => world.demands.add(wish),
    setGstin: (gstin, state) => void (state === null ? world.gstins.delete(gstin) : world.gstins.set(gstin, state)),
    refreshes: (gstin) => void world.refreshable.add(gstin),
    addAccount: (account) => void world.sessions.accounts.set(account.gstin, account),
    endSessions: () => world.sessions.endAll(),
    setEwayBill: (irn, active) => {
      for (const document of world.registry.all) if (document.irn === irn) document.ewayBill = active;
    },
    advance: ({ hours = 0, minutes = 0 }) => {
      world.aheadSeconds += hours * 3_600 + minutes * 60;
    },
    close: () => world.server.close(),
  };
}

/** How `./godown simulator` finds it. */
export const nicSimulator = { source: "NIC", label: "NIC e-invoice portal", start: startNicSimulator } as const;

const CALLERS_KEPT = 1_000;

/** Headers of the calls under way: the kit's server hands on who calls as one text. */
class Callers {
  readonly #callers = new Map<string, Caller>();
  #last = 0;

  ticket(request: FastifyRequest): string {
    const header = (name: string): string => String(request.headers[name] ?? "");
    this.#last += 1;
    const ticket = `${header("gstin")} #${this.#last}`;
    this.#callers.set(ticket, {
      clientId: header("client_id"),
      clientSecret: header("client_secret"),
      gstin: header("gstin"),
      username: header("user_name"),
      token: header("authtoken"),
    });
    const [oldest] = this.#callers.keys();
    if (this.#callers.size > CALLERS_KEPT && oldest !== undefined) this.#callers.delete(oldest);
    return ticket;
  }

  of(ticket: string): Caller {
    return this.#callers.get(ticket) ?? { clientId: "", clientSecret: "", gstin: "", username: "", token: "" };
  }
}

/** Who calls is judged with the call, since the portal has a code for each way of being wrong. */
function refusals(callers: Callers): Refusals {
  return {
    authenticate: (request) => callers.ticket(request),
    invalid: (errors) => refused({ code: "2142", message: errors.map((e) => `${e.path} ${e.message}`).join("; ") }),
    unauthorized: (words) => ({ status: 401, body: { message: words } }),
    notOffered: (name) => ({ status: 404, body: { message: `${name} is not offered` } }),
  };
}

function refused({ code, message }: SimFault, ...more: readonly SimFault[]): Answer {
  const ErrorDetails = [{ code, message }, ...more].map((f) => ({ ErrorCode: f.code, ErrorMessage: f.message }));
  return { status: 200, body: { Status: 0, Data: null, ErrorDetails, InfoDtls: null } };
}

function given(data: unknown, sek: Buffer): Answer {
  const Data = encrypt(Buffer.from(JSON.stringify(data)), sek);
  return { status: 200, body: { Status: 1, Data, ErrorDetails: null, InfoDtls: null } };
}

function registration(document: SimDocument) {
  return {
    AckNo: document.ackNo,
    AckDt: moment(Temporal.Instant.from(document.ackAt)),
    Irn: document.irn,
    SignedInvoice: document.signedInvoice,
    SignedQRCode: document.signedQr,
    Status: document.cancelledAt === null ? ("ACT" as const) : ("CNL" as const),
    EwbNo: null,
    EwbDt: null,
    EwbValidTill: null,
  };
}

type Session = Exclude<Opened, { readonly fault: SimFault }>;

function servePortal(world: NicWorld, callers: Callers): void {
  const { server, sessions, demands, registry } = world;
  const demanded = (name: string): Answer | null => {
    const fault = demands.take(name);
    return fault === null ? null : refused(fault);
  };
  const within = (name: string, seller: string, act: (session: Session) => Answer): Answer => {
    const session = sessions.open(callers.of(seller));
    if ("fault" in session) return refused(session.fault);
    return demanded(name) ?? act(session);
  };
  const tell = (found: Found, { sek }: Session): Answer =>
    "fault" in found ? refused(found.fault) : given(registration(found.document), sek);

  server.serve(operation(NIC_CONTRACT, "authenticate"), ({ seller, body }) => {
    const early = demanded("authenticate");
    if (early) return early;
    const begun = sessions.begin(callers.of(seller), body.Data);
    if ("fault" in begun) return refused(begun.fault);
    return { status: 200, body: { Status: 1, Data: begun.data, ErrorDetails: null, InfoDtls: null } };
  });
  server.serve(operation(NIC_CONTRACT, "generate"), ({ seller, body }) =>
    within("generate", seller, (session) => generate(world, session, decryptJson(body.Data, session.sek))),
  );
  server.serve(operation(NIC_CONTRACT, "getByIrn"), ({ seller, path }) =>
    within("getByIrn", seller, (session) => tell(registry.byIrn(path.irn, session.account.gstin), session)),
  );
  server.serve(operation(NIC_CONTRACT, "getByDocument"), ({ seller, query }) =>
    within("getByDocument", seller, (session) => {
      const { doctype, docnum, docdate } = query;
      return tell(registry.byNumber(session.account.gstin, doctype, docnum, docdate), session);
    }),
  );
  server.serve(operation(NIC_CONTRACT, "cancel"), ({ seller, body }) =>
    within("cancel", seller, (session) => cancel(world, session, decryptJson(body.Data, session.sek))),
  );
  server.serve(operation(NIC_CONTRACT, "syncGstin"), ({ seller, path }) =>
    within("syncGstin", seller, ({ sek }) => {
      if (world.refreshable.delete(path.gstin)) world.gstins.delete(path.gstin);
      const state = world.gstins.get(path.gstin);
      if (state === "UNKNOWN") return refused({ code: "3028", message: `GSTIN ${path.gstin} is invalid` });
      return given(
        { Gstin: path.gstin, StateCode: Number(path.gstin.slice(0, 2)), Status: state === "INACTIVE" ? "CNL" : "ACT" },
        sek,
      );
    }),
  );
}

function generate({ registry, gstins, unknownHsn, clock }: NicWorld, { account, sek }: Session, json: unknown): Answer {
  const today = moment(clock()).slice(0, 10);
  const { document, faults } = examine(json, { today, gstinState: (gstin) => gstins.get(gstin) ?? null, unknownHsn });
  const [first, ...more] = faults;
  if (document === null || first !== undefined)
    return refused(first ?? { code: "2140", message: "no document" }, ...more);
  if (document.SellerDtls.Gstin !== account.gstin)
    return refused({ code: "2143", message: "the supplier is not the user's GSTIN" });
  const holder = registry.holder(document);
  if (holder === null) return given(registration(registry.register(document)), sek);
  const Desc = { AckNo: holder.ackNo, AckDt: moment(Temporal.Instant.from(holder.ackAt)), Irn: holder.irn };
  const answer = { Status: 0, Data: null, ErrorDetails: [{ ErrorCode: "2150", ErrorMessage: "Duplicate IRN" }] };
  return { status: 200, body: { ...answer, InfoDtls: [{ InfCd: "DUPIRN", Desc }] } };
}

function cancel({ registry }: NicWorld, { account, sek }: Session, json: unknown): Answer {
  const wish: Partial<Record<"Irn" | "CnlRsn" | "CnlRem", unknown>> =
    typeof json === "object" && json !== null ? json : {};
  const { Irn, CnlRsn, CnlRem } = wish;
  const isWhole = typeof Irn === "string" && typeof CnlRem === "string" && CnlRem !== "" && CnlRem.length <= 100;
  if (!isWhole || !["1", "2", "3", "4"].includes(String(CnlRsn)))
    return refused({ code: "2142", message: "Irn, CnlRsn (1 to 4) and CnlRem (up to 100) are wanted" });
  const found = registry.cancel(Irn, account.gstin);
  if ("fault" in found) return refused(found.fault);
  const at = Temporal.Instant.from(found.document.cancelledAt ?? found.document.ackAt);
  return given({ Irn, CancelDate: moment(at) }, sek);
}
