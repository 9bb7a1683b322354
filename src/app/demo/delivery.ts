import {
  type RememberedInbox,
  type RunningPartnerSimulator,
  startPartnerSimulator,
} from "../../../connectors/partner/simulator/index.ts";
import {
  type CourierHouse,
  HAWK,
  PARCEL_POOL,
  type RememberedCourier,
  type RunningCourierSimulator,
  startCourierSimulator,
} from "../../../couriers/protocol/simulator/index.ts";
import { must } from "../../kernel/index.ts";
import { addPartner, changePartner, findPartner, PARTNER_EVENTS, partnerCodes } from "../../partners/index.ts";
import type { Ctx } from "../../platform/context.ts";
import {
  connectCourier,
  findCourierAccount,
  providerByCode,
  saveCourierAccount,
  saveProvider,
} from "../../shipping/index.ts";
import { issueCourierKey } from "../../status-sync/index.ts";
import { type DemoCredentials, demoPassword, writeCredentials } from "./credentials.ts";
import { DemoRefusal } from "./marketplaces.ts";
import { readMemory, writeMemory } from "./memory.ts";
import { DEMO_TENANT } from "./seed.ts";

export const DEMO_PARTNER = "KAVERI_ERP";
const PARTNER_SOURCE = "PARTNER";
const USERNAME = "kaveri-demo";

/** Each remembers so many: older ones are done with, and the files stay small. */
const EVENTS_KEPT = 500;
const STORIES_KEPT = 2_000;
const PARCELS_KEPT = 2_000;

/** A minute stands for some hours: parcels are there, or back, while a visitor looks. */
const STEP_MINUTES = 1;
const FATES = { ndrRate: 0.3, rtoRate: 0.15 };

interface DemoCourier {
  readonly house: CourierHouse;
  readonly transitDays: number;
  readonly preference: number;
  readonly settings: Readonly<Record<string, string | boolean | number>>;
}

/** Behind the couriers with a pool of numbers, which carry what no rule gives to these. */
const COURIERS: readonly DemoCourier[] = [
  { house: HAWK, transitDays: 2, preference: 3, settings: { trackEveryMinutes: 15, manifests: true } },
  { house: PARCEL_POOL, transitDays: 5, preference: 4, settings: { trackEveryMinutes: 15, manifests: true } },
];

/** Who carries and who is told, beside the marketplaces: two couriers that are asked by their API, and a partner. */
export interface OpenDelivery {
  readonly partner: RunningPartnerSimulator;
  readonly couriers: readonly RunningCourierSimulator[];
  readonly places: readonly { readonly source: string; readonly label: string; readonly url: string }[];
  /** Keeps what they know for the next start. */
  save(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts them with what they knew, sets them up at the first start and points both sides at each other: addresses change with
 * every start. What a visitor has changed or switched off since stays.
 */
export async function openDelivery(
  ctx: Ctx,
  dataDir: string,
  credentials: DemoCredentials,
  url: string,
): Promise<OpenDelivery> {
  const started: { close(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.splice(0).map((one) => one.close()));
  };
  try {
    const couriers: RunningCourierSimulator[] = [];
    for (const courier of COURIERS) {
      const simulator = await startCourier(dataDir, courier);
      started.push(simulator);
      couriers.push(simulator);
      const { code } = courier.house;
      const account = accountOf(credentials, code);
      simulator.addAccount({ ...account, addressIds: "" });
      await openAccount(ctx, courier, { account, url: simulator.url });
      credentials.accounts[code] = { ...account, url: simulator.url };
      const headers = await keyOf(ctx, credentials, code);
      if (headers !== null) simulator.setTarget({ url, headers, providerCode: code });
    }
    const partner = await startPartner(dataDir);
    started.push(partner);
    const account = accountOf(credentials, DEMO_PARTNER);
    partner.addAccount({ username: account.username, password: account.password, header: null });
    await tellPartner(ctx, { account, url: partner.url });
    credentials.accounts[DEMO_PARTNER] = { ...account, url: partner.url };
    await writeCredentials(dataDir, credentials);
    return {
      partner,
      couriers,
      places: placesOf(partner, couriers),
      save: () => save(dataDir, partner, couriers),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function placesOf(partner: RunningPartnerSimulator, couriers: readonly RunningCourierSimulator[]) {
  return [
    ...couriers.map(({ house, url }) => ({ source: house.code, label: `${house.label} (courier)`, url })),
    { source: PARTNER_SOURCE, label: "Partner (who is told)", url: partner.url },
  ];
}

type Account = DemoCredentials["accounts"][string];

/** Made up at the first start; without an address until it was set up here. */
function accountOf({ accounts }: DemoCredentials, code: string): Account {
  return accounts[code] ?? { username: USERNAME, password: demoPassword(), url: "" };
}

async function startCourier(dataDir: string, { house }: DemoCourier): Promise<RunningCourierSimulator> {
  const remembered = await readMemory<RememberedCourier>(dataDir, house.code);
  return startCourierSimulator({
    ...{ house, accounts: [], parcelsMax: PARCELS_KEPT },
    settings: { life: "after manifest", stepMinutes: STEP_MINUTES, ...FATES },
    ...(remembered ? { remembered } : {}),
  });
}

async function startPartner(dataDir: string): Promise<RunningPartnerSimulator> {
  const remembered = await readMemory<RememberedInbox>(dataDir, PARTNER_SOURCE);
  return startPartnerSimulator({ accounts: [], eventsKept: EVENTS_KEPT, ...(remembered ? { remembered } : {}) });
}

async function save(
  dataDir: string,
  partner: RunningPartnerSimulator,
  couriers: readonly RunningCourierSimulator[],
): Promise<void> {
  for (const courier of couriers) await writeMemory(dataDir, courier.house.code, courier.remember());
  const { lanes, ...kept } = partner.remember();
  await writeMemory(dataDir, PARTNER_SOURCE, { ...kept, lanes: lanes.slice(-STORIES_KEPT) });
}

interface Wish {
  readonly account: Account;
  /** Where the simulator is now. */
  readonly url: string;
}

/** The courier's provider and account with us, connected. */
async function openAccount(ctx: Ctx, courier: DemoCourier, { account, url }: Wish): Promise<void> {
  const { house, settings, preference, transitDays } = courier;
  const known = await ctx.db.read(ctx.tenantId, (tx) => providerByCode(tx, house.code));
  // A visitor has named it otherwise, or had a courier of that name before: it is his.
  if (known ? known.kind !== "API" : account.url !== "") return;
  const providerId =
    known?.providerId ??
    must(
      await saveProvider(ctx, null, {
        ...{ code: house.code, name: house.label, kind: "API", transitDays, preference, servesEverywhere: true },
        ...{ trackingUrlTemplate: null, cod: true, awbLowMark: 0, enabled: true },
      }),
    ).providerId;
  const before = await ctx.db.read(ctx.tenantId, (tx) => findCourierAccount(tx, providerId));
  if (before && before.baseUrl !== account.url) return; // and so is an address of his own
  const { username, password } = account;
  must(
    await saveCourierAccount(ctx, providerId, {
      ...{ courier: "PROTOCOL", baseUrl: url, fields: { username, password } },
      settings: before?.settings ?? settings,
    }),
  );
  if (before?.state === "NOT_CONNECTED") return;
  const { connected, detail } = must(await connectCourier(ctx, providerId));
  if (!connected) throw new DemoRefusal(`The demo's courier ${house.code} did not connect: ${detail}`);
}

/** The headers with which a courier pushes; issued once per data directory. Null where its provider is no longer there. */
async function keyOf(ctx: Ctx, credentials: DemoCredentials, code: string): Promise<Record<string, string> | null> {
  let key = credentials.pushKeys[code];
  if (key === undefined) {
    const provider = await ctx.db.read(ctx.tenantId, (tx) => providerByCode(tx, code));
    if (!provider) return null;
    const { providerId } = provider;
    const issued = must(await ctx.db.transaction(ctx.tenantId, (tx) => issueCourierKey(tx, ctx, providerId)));
    key = { clientid: issued.clientid, securitykey: issued.securitykey };
    credentials.pushKeys[code] = key;
  }
  return { ...key, merchantid: DEMO_TENANT };
}

/** The partner's settings with us: told of everything. */
async function tellPartner(ctx: Ctx, { account, url }: Wish): Promise<void> {
  const { username, password } = account;
  const before = await ctx.db.read(ctx.tenantId, async (tx) => {
    const known = (await partnerCodes(tx)).find(({ code }) => code === DEMO_PARTNER);
    return known && findPartner(tx, known.partnerId);
  });
  if (before) {
    // A later start: only the address is another. Where a visitor has entered one of his own, that stays.
    const isOurs = before.baseUrl === account.url && before.username === username && before.auth === "TOKEN_JSON";
    if (isOurs) must(await changePartner(ctx, before.partnerId, { ...before, baseUrl: url, secret: password }));
    return;
  }
  if (account.url !== "") return;
  must(
    await addPartner(ctx, DEMO_PARTNER, {
      ...{ name: "Kaveri's ERP", baseUrl: url, auth: "TOKEN_JSON", headerName: "Authorization" },
      ...{ username, secret: password, events: PARTNER_EVENTS, channelIds: null, facilityIds: null, enabled: true },
    }),
  );
}
