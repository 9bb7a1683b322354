/** A simulated courier: allocates waybills, lets parcels live, is asked for them and tells of them, misbehaves on demand. */
import type { FastifyRequest } from "fastify";
import { createFaults, type FaultWish, faultWish } from "../../../connectors/kit/simulator/faults.ts";
import {
  type Clock,
  createServer,
  type PushRecord,
  type Refusals,
  type Seller,
  seededRandom,
  type Target,
} from "../../../connectors/kit/simulator/index.ts";
import { createOutbound } from "../../../connectors/kit/simulator/outbound.ts";
import { createPusher } from "../../../connectors/kit/simulator/pusher.ts";
import { createSequence } from "../../../connectors/kit/simulator/world.ts";
import { type Accounts, createAccounts } from "../../../connectors/protocol/simulator/accounts.ts";
import { change, reset, serveControl, setAccount, setTarget, stateOf } from "./control.ts";
import { act, passTime, type StepWish } from "./life.ts";
import { serveCourier } from "./serve.ts";
import type {
  CourierHouse,
  CourierSettings,
  CourierSimulatorOptions,
  PushTarget,
  RememberedCourier,
  SimManifest,
  SimParcel,
} from "./types.ts";
import type { Step } from "./vocabulary.ts";
import { type CourierWorld, createNumbers, DEFAULT_SETTINGS, parcelNamed } from "./world.ts";

export { StepRefused, type StepWish } from "./life.ts";
export type * from "./types.ts";
export { NDR_REASONS, STEP_NAMES, type Step } from "./vocabulary.ts";

/** Two that the demo has: one carries by itself, the other hands on and wants manifests. */
export const HAWK: CourierHouse = { code: "HAWK", label: "Hawk Couriers" };
export const PARCEL_POOL: CourierHouse = {
  code: "PARCEL_POOL",
  label: "Parcel Pool",
  carriers: ["Blue Heron Surface", "Blue Heron Air", "Kite Road"],
};

export const DEMO_COURIER_ACCOUNT: Seller = {
  username: "courier-demo-seller",
  password: "demo-only-password",
  account: { addressIds: "WH-1001,WH-1002" },
};

/** A simulator that runs. All of this is also offered over HTTP below `/_sim`. */
export interface RunningCourierSimulator {
  readonly house: CourierHouse;
  readonly url: string;
  readonly port: number;
  readonly parcels: () => readonly SimParcel[];
  /** By tracking number or shipment code. */
  parcel(name: string): SimParcel | null;
  manifests(): readonly SimManifest[];
  /** Makes a step happen to a parcel and tells the other side. @throws StepRefused, or Error where no such parcel is */
  act(name: string, step: Step, wish?: StepWish): Promise<PushRecord | null>;
  /** Moves its clock on; parcels that move by themselves do, and the other side has been told. */
  advance(minutes: number): Promise<void>;
  settings(wish: Partial<CourierSettings>): void;
  /** By the kit's kinds; pushes under the name pushDelivered, files under downloadFile. Null clears all. */
  fault(wish: Partial<FaultWish> | null): void;
  setTarget(target: PushTarget | null, seller?: string): void;
  addAccount(account: { readonly username: string; readonly password: string; readonly addressIds?: string }): void;
  endTokens(): void;
  /** What `GET /_sim/state` answers. */
  state(): ReturnType<typeof stateOf>;
  remember(): RememberedCourier;
  reset(): void;
  close(): Promise<void>;
}

const PARCELS_MAX = 20_000;
const TOKEN_MINUTES = 1_440;
const LOOK_EVERY_MS = 1_000;

export async function startCourierSimulator(options: CourierSimulatorOptions = {}): Promise<RunningCourierSimulator> {
  const world = makeWorld(options);
  const { server } = world;
  for (const parcel of options.remembered?.parcels ?? []) world.parcels.set(parcel.id, structuredClone(parcel));
  for (const manifest of options.remembered?.manifests ?? []) world.manifests.set(manifest.number, manifest);
  serveCourier(world);
  serveControl(world);
  await server.app.listen({ port: options.port ?? 0, host: options.host ?? "127.0.0.1" });
  void keepTime(world);
  const known = (name: string): SimParcel => {
    const parcel = parcelNamed(world, name);
    if (!parcel) throw new Error(`${world.house.label} knows a parcel ${name}`);
    return parcel;
  };
  return {
    house: world.house,
    url: server.url(),
    port: Number(new URL(server.url()).port),
    parcels: () => [...world.parcels.values()],
    parcel: (name) => parcelNamed(world, name),
    manifests: () => [...world.manifests.values()],
    act: (name, step, wish) => act(world, known(name), step, wish),
    advance: async (minutes) => {
      world.ahead.minutes += minutes;
      await passTime(world);
    },
    settings: (wish) => change(world, wish),
    fault: (wish) => (wish === null ? world.faults.clear() : world.faults.set(faultWish.parse(wish))),
    setTarget: (target, seller) => setTarget(world, target, seller),
    addAccount: ({ addressIds = "", ...account }) => setAccount(world, { ...account, addressIds }),
    endTokens: () => world.accounts.clear(),
    state: () => stateOf(world),
    remember: () => structuredClone({ parcels: [...world.parcels.values()], manifests: [...world.manifests.values()] }),
    reset: () => reset(world),
    close: async () => {
      world.outbound.close();
      await server.close();
    },
  };
}

function makeWorld(
  options: CourierSimulatorOptions,
): CourierWorld & { readonly outbound: ReturnType<typeof createOutbound> } {
  const { clock: given = () => Temporal.Now.instant(), seed = 1, house = HAWK, tamper } = options;
  const ahead = { minutes: 0 };
  const clock: Clock = () => given().add({ minutes: ahead.minutes });
  const sellers = new Map((options.accounts ?? [DEMO_COURIER_ACCOUNT]).map((account) => [account.username, account]));
  const accounts = createAccounts({ sellers }, clock, options.tokenMinutes ?? TOKEN_MINUTES);
  const random = seededRandom(seed);
  // Faults have a sequence of their own: setting one changes no parcel's fate.
  const faults = createFaults(seededRandom(seed + 1));
  const statusMembers = ["currentStatus"];
  const refusals = refusalsOf(accounts);
  const server = createServer({ clock, faults, refusals, sequence: createSequence(), tamper, statusMembers });
  const targets: { readonly targets: Map<string, Target>; defaultTarget: Target | null } = {
    targets: new Map(),
    defaultTarget: null,
  };
  const outbound = createOutbound();
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  return {
    house,
    sellers,
    parcels: new Map(),
    manifests: new Map(),
    pincodes: options.pincodes ? new Map(options.pincodes.map((one) => [one.pincode, one])) : null,
    settings,
    started: settings,
    accounts,
    numbers: createNumbers(house, given()),
    random,
    faults,
    server,
    hub: targets,
    pushTargets: new Map(),
    pusher: createPusher({ world: targets, faults, clock, server, outbound }),
    parcelsMax: options.parcelsMax ?? PARCELS_MAX,
    clock,
    ahead,
    outbound,
  };
}

/** Its clock goes on by itself too: parcels that move by themselves do so until it closes. */
async function keepTime(world: CourierWorld): Promise<void> {
  while (!world.server.closing.aborted) {
    await world.server.sleep(LOOK_EVERY_MS);
    if (!world.server.closing.aborted) await passTime(world);
  }
}

/** The token alone in `Authorization`, or after "Bearer". */
function refusalsOf(accounts: Accounts): Refusals {
  const tokenOf = (request: FastifyRequest) => (request.headers.authorization ?? "").replace(/^Bearer /i, "");
  const failed = (reason: string, message: string) => ({ status: "FAILED", reason, message });
  return {
    authenticate: (request) => accounts.sellerOf(tokenOf(request)),
    // One body for all six calls: of numbers on manifests and of parcels under way it has nothing to say.
    invalid: (errors) => ({
      status: 400,
      body: failed("VALIDATION", errors.map(({ path, message }) => `${path || "body"} ${message}`).join("; ")),
      unchecked: true,
    }),
    unauthorized: (words) => ({ status: 401, body: failed("UNAUTHORIZED", words) }),
    notOffered: (name) => ({ status: 404, body: failed("NOT_OFFERED", `${name} is not offered`) }),
  };
}

const startAs =
  (house: CourierHouse) =>
  (options: CourierSimulatorOptions = {}) =>
    startCourierSimulator({ house, ...options });

/** How `./godown simulator` finds them. */
export const hawkSimulator = { source: HAWK.code, label: HAWK.label, start: startAs(HAWK) } as const;
export const parcelPoolSimulator = {
  source: PARCEL_POOL.code,
  label: PARCEL_POOL.label,
  start: startAs(PARCEL_POOL),
} as const;
