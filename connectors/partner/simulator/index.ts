/** A simulated partner: issues tokens, takes the fourteen notifications, judges each by the contract, misbehaves on demand. */
import type { IncomingHttpHeaders } from "node:http";
import { isJson } from "../../../contract/compile.ts";
import { describeMisfits, type Misfit, operation } from "../../../contract/validators.ts";
import { createFaults, type Fault, type FaultWish, faultWish } from "../../kit/simulator/faults.ts";
import {
  type Answer,
  type Clock,
  createServer,
  type Refusals,
  seededRandom,
  type Tamper,
} from "../../kit/simulator/index.ts";
import { createSequence } from "../../kit/simulator/world.ts";
import { serveControl } from "./control.ts";
import { Credentials, type PartnerAccount } from "./credentials.ts";
import { Downtime } from "./downtime.ts";
import { EVENTS, type EventOperation, type PartnerEvent } from "./events.ts";
import { Inbox, type LaneStory, type ReceivedEvent, type RememberedInbox } from "./inbox.ts";
import { type PartnerState, stateOf } from "./state.ts";
import { addAccount, type PartnerWorld, resetWorld, setFault } from "./world.ts";

export type { PartnerAccount, Way } from "./credentials.ts";
export { EVENTS, type EventOperation, type Lane, type PartnerEvent } from "./events.ts";
export type { EventCount, LaneStory, ReceivedEvent, RememberedInbox } from "./inbox.ts";
export type { PartnerState } from "./state.ts";

const CONTRACT = "partner-notifications";

export interface PartnerSimulatorOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Loopback unless said otherwise. */
  readonly host?: string;
  readonly clock?: Clock;
  readonly seed?: number;
  readonly accounts?: readonly (Omit<PartnerAccount, "header"> & Partial<Pick<PartnerAccount, "header">>)[];
  /** Null or absent: a token lives until it is ended. */
  readonly tokenSeconds?: number | null;
  /** Events that it offers, by name; absent: all. */
  readonly events?: readonly string[];
  /** Events kept with their bodies; 20,000 unless said otherwise. */
  readonly eventsKept?: number;
  /** Of an earlier life, as `remember()` gave it. */
  readonly remembered?: RememberedInbox;
  /** Changes an answer before it leaves: plants what no fault on demand does. */
  readonly tamper?: Tamper;
}

/** A simulator that runs. All of this is also offered over HTTP below `/_sim`. */
export interface RunningPartnerSimulator {
  readonly url: string;
  readonly port: number;
  /** What it has received, oldest first: refused ones and doubles as well. */
  received(of?: { readonly event?: string; readonly code?: string }): readonly ReceivedEvent[];
  /** One parcel, return, order, purchase or gate pass, by its code. */
  lane(code: string): LaneStory | null;
  state(): PartnerState;
  /** What it received, for a next life; accounts and tokens are not among it. */
  remember(): RememberedInbox;
  /** Network faults, by the kit's kinds, for events by name or operationId; null clears all. */
  fault(wish: Partial<FaultWish> | null): void;
  /** Connections are closed unread: for so long by its clock, or until `up`. */
  down(seconds?: number): void;
  up(): void;
  addAccount(account: PartnerAccount): void;
  /** All tokens are over. */
  expireTokens(): void;
  reset(): void;
  close(): Promise<void>;
}

export const DEMO_PARTNER_ACCOUNT: PartnerAccount = {
  username: "partner-demo-seller",
  password: "demo-only-password",
  header: { name: "x-api-key", value: "demo-only-partner-key" },
};

export async function startPartnerSimulator(options: PartnerSimulatorOptions = {}): Promise<RunningPartnerSimulator> {
  const { clock: given = () => Temporal.Now.instant(), seed = 1 } = options;
  const clock: Clock = () => given().add({ seconds: world.aheadSeconds });
  const random = seededRandom(seed);
  const faults = createFaults(random);
  const credentials = new Credentials(clock, random, options.tokenSeconds ?? null);
  const { tamper } = options;
  const server = createServer({ clock, faults, refusals: refusals(credentials), sequence: createSequence(), tamper });
  const world: PartnerWorld = {
    credentials,
    inbox: new Inbox(EVENTS, options.eventsKept),
    downtime: new Downtime(clock),
    faults,
    server,
    clock,
    refusedLoginStatus: 200,
    aheadSeconds: 0,
  };
  if (options.remembered) world.inbox.recall(options.remembered);
  for (const account of options.accounts ?? [DEMO_PARTNER_ACCOUNT]) addAccount(world, account);
  world.downtime.guard(server.app);
  serveToken(world);
  for (const event of EVENTS)
    if (options.events?.includes(event.name) === false) server.withhold(operation(CONTRACT, event.id));
    else serveEvent(world, event);
  serveControl(world);
  await server.app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  const url = server.url();
  return {
    url,
    port: Number(new URL(url).port),
    received: ({ event, code } = {}) =>
      world.inbox.events.entries.filter(
        (entry) => (event === undefined || entry.event === event) && (code === undefined || entry.lane.code === code),
      ),
    lane: (code) => [...world.inbox.lanes.values()].find((story) => story.code === code) ?? null,
    state: () => stateOf(world),
    remember: () => world.inbox.remember(),
    fault: (wish) => (wish === null ? faults.clear() : setFault(world, faultWish.parse(wish))),
    down: (seconds) => world.downtime.begin(seconds ?? null),
    up: () => world.downtime.end(),
    addAccount: (account) => addAccount(world, account),
    expireTokens: () => credentials.expireAll(),
    reset: () => resetWorld(world),
    close: () => server.close(),
  };
}

/** How `./godown simulator` finds it. */
export const partnerSimulator = { source: "PARTNER", label: "Partner", start: startPartnerSimulator } as const;

const failed = (status: number, message: string): Answer => ({ status, body: { status: "Failed", message } });

function refusals(credentials: Credentials): Refusals {
  return {
    // Who asks for a token has none yet: the call itself is judged.
    authenticate: (request) => (request.url.startsWith("/oauth/token") ? "" : credentials.holder(request.headers)),
    invalid: (errors: readonly Misfit[]) => failed(400, describeMisfits(errors)),
    unauthorized: (words) => failed(401, words),
    notOffered: (name) => ({ status: 404, body: { message: `${name} is not offered` } }),
    tooMany: (words) => ({ ...failed(429, words), headers: { "retry-after": "1" } }),
  };
}

function serveToken(world: PartnerWorld): void {
  const { server, credentials } = world;
  server.serve(operation(CONTRACT, "getPartnerToken"), ({ headers, body }) => {
    const issued = credentials.issue(headers, body);
    if (issued === null) return { status: world.refusedLoginStatus, body: { status: "INVALID_CREDENTIALS" } };
    // Each generation has a name of its own for the token, and no other.
    const key = issued.way === "json" ? "token" : "access_token";
    return { status: 200, body: { status: "SUCCESS", [key]: issued.token } };
  });
}

/** Headers that may carry a deduplication key; the first that is there counts. */
const DEDUPE_HEADERS = ["idempotency-key", "x-idempotency-key", "x-deduplication-key", "x-dedupe-key"] as const;

function dedupeHeaderOf(headers: IncomingHttpHeaders): string | null {
  const value = DEDUPE_HEADERS.map((name) => headers[name]).find((given) => given !== undefined);
  return value === undefined ? null : String(value);
}

function serveEvent<E extends EventOperation>(world: PartnerWorld, about: PartnerEvent & { readonly id: E }): void {
  const { inbox, server } = world;
  const take = (call: {
    readonly body: unknown;
    readonly seller: string;
    readonly headers: IncomingHttpHeaders;
    readonly at: Temporal.Instant;
    readonly fault: Fault | null;
  }): Answer => {
    const { headers, body, seller, at, fault } = call;
    if (!/^application\/json\b/i.test(headers["content-type"] ?? ""))
      return failed(400, "Content-Type is not application/json");
    if (!isJson(body)) return failed(400, "body is no object");
    if (about.laneOf(body).code === "") return failed(400, "it names no parcel, order, return, purchase or gate pass");
    const event = inbox.receive({
      about,
      body,
      seller,
      dedupeHeader: dedupeHeaderOf(headers),
      at,
      failed: fault?.kind === "failed",
    });
    if (event.outcome === "Failed") return failed(200, fault?.message ?? `${about.name} is refused on demand`);
    const message = event.doubleOf === null ? "Detail is updated successfully" : "Known already";
    return { status: 200, body: { status: "Success", message } };
  };
  server.serve(operation(CONTRACT, about.id), take, { acts: ["failed"] });
}
