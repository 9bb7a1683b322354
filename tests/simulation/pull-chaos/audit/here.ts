/** What the product answers over HTTP: read as a browser reads it. */
import type { AuditBrief } from "./brief.ts";

const PAGE = 200;
const PAGES_MAX = 200;
const AT_ONCE = 8;

export type UnitState = string;

export interface UnitHere {
  readonly line: string;
  readonly sku: string;
  readonly state: UnitState;
  readonly onHold: boolean;
  readonly facility: string | null;
  readonly packageId: string | null;
  readonly sellingPricePaise: number;
  readonly discountPaise: number;
  readonly shippingChargesPaise: number;
  readonly codChargesPaise: number;
  readonly giftWrapChargesPaise: number;
  readonly totalPaise: number;
}

export interface ParcelHere {
  readonly id: string;
  readonly code: string;
  readonly state: string;
  readonly awb: string | null;
}

export interface OrderHere {
  readonly id: string;
  readonly code: string;
  readonly channel: string;
  readonly state: string;
  readonly onHold: boolean;
  readonly paymentType: string;
  readonly packageType: string;
  readonly totalPaise: number;
  readonly units: readonly UnitHere[];
  readonly invoices: readonly {
    readonly number: string;
    readonly state: string;
    readonly totalPaise: number;
    readonly packageId: string;
  }[];
  readonly parcels: readonly ParcelHere[];
  readonly returns: readonly { readonly kind: string; readonly state: string }[];
}

export interface IntakeHere {
  readonly kind: string;
  readonly channel: string;
  readonly channelOrderId: string;
  readonly state: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly saleOrderId: string | null;
}

export interface NoticeHere {
  readonly orderCode: string;
  readonly kind: string;
  readonly packageState: string | null;
  readonly packageCode: string | null;
  readonly state: string;
  readonly message: string | null;
}

export interface DoubtHere {
  readonly kind: string;
  readonly state: string;
  readonly orderCode: string | null;
  readonly choice: string | null;
  readonly message: string;
}

export interface StockHere {
  readonly facilityCode: string;
  readonly sku: string;
  readonly good: number;
  readonly blocked: number;
  readonly bad: number;
  readonly qcRejected: number;
  readonly putawayPending: number;
  readonly notFound: number;
  readonly openSale: number;
}

export interface ListingHere {
  readonly channelCode: string;
  readonly channelProductId: string;
  readonly channelSku: string;
  readonly published: number | null;
  readonly publishOutcome: string | null;
  readonly waiting: boolean;
}

export interface ReviewHere {
  readonly channelOrderId: string;
  readonly state: string;
  readonly kept: readonly { readonly sku: string; readonly facility: string; readonly kept: number }[];
}

export interface ManifestHere {
  readonly code: string;
  readonly state: string;
  readonly files: readonly { readonly state: string; readonly message: string | null }[];
}

export interface CreditNoteHere {
  readonly number: string;
  readonly state: string;
  readonly orderCode: string;
  readonly total: number;
}

export interface Here {
  readonly creditNotes: readonly CreditNoteHere[];
  readonly orders: readonly OrderHere[];
  readonly intake: readonly IntakeHere[];
  readonly notices: readonly NoticeHere[];
  readonly doubts: readonly DoubtHere[];
  readonly stock: readonly StockHere[];
  readonly listings: readonly ListingHere[];
  readonly manifests: readonly ManifestHere[];
  readonly reviews: readonly ReviewHere[];
  /** Packages whose channel was asked for something and has not given it. */
  readonly openSteps: readonly { readonly code: string; readonly orderCode: string }[];
  readonly channels: readonly { readonly code: string; readonly state: string }[];
}

export async function readHere({ product }: AuditBrief): Promise<Here> {
  const get = await logIn(product);
  const list = <Row>(path: string) => everyRow<Row>(get, path);
  const rows = await list<{ id: string }>("/orders?tab=all&sort=code");
  const manifests = await list<{ manifestId: string }>("/manifests?sort=code");
  const ofState = (state: string) => list<NoticeHere>(`/channel-notices?state=${state}&sort=seq`);
  const notices: NoticeHere[] = [];
  for (const state of ["PENDING", "SENT", "REFUSED", "PAUSED", "NOT_SENT", "UNKNOWN"])
    notices.push(...(await ofState(state)));
  return {
    orders: await each(rows, ({ id }) => get<OrderHere>(`/orders/${id}`)),
    intake: await list("/intake?tab=all"),
    notices,
    doubts: [
      ...(await list<DoubtHere>("/exceptions?tab=open")),
      ...(await list<DoubtHere>("/exceptions?tab=resolved")),
    ],
    stock: await list("/stock?sort=sku"),
    listings: await list("/listings?sort=channelSku"),
    manifests: await each(manifests, ({ manifestId }) => get<ManifestHere>(`/manifests/${manifestId}`)),
    creditNotes: await list("/credit-notes?sort=number"),
    reviews: await list("/orders/under-review?tab=all"),
    openSteps: await list("/shipments?channelStep=open&sort=createdAt"),
    channels: (await get<{ channels: { code: string; state: string }[] }>("/channels")).channels,
  };
}

type Get = <T>(path: string) => Promise<T>;

async function logIn({ url, username, password }: AuditBrief["product"]): Promise<Get> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0];
  if (!answer.ok || cookie === undefined) throw new Error(`the auditor logs in: ${await answer.text()}`);
  return async <T>(path: string) => {
    const got = await fetch(`${url}/api/v1${path}`, { headers: { cookie } });
    if (!got.ok) throw new Error(`GET ${path} answers ${got.status}: ${await got.text()}`);
    return (await got.json()) as T;
  };
}

async function everyRow<Row>(get: Get, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  const link = `${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}`;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await get<{ rows: Row[]; total: number; nextCursor: string | null }>(
      `${link}&cursor=${page * PAGE}`,
    );
    rows.push(...answer.rows);
    if (answer.nextCursor === null) {
      if (rows.length !== answer.total) throw new Error(`${path} gives ${rows.length} of its ${answer.total} rows`);
      return rows;
    }
  }
  throw new Error(`${path} ends within ${PAGES_MAX} pages`);
}

/** A few at once, in the order given. */
async function each<A, B>(given: readonly A[], read: (one: A) => Promise<B>): Promise<B[]> {
  const all: B[] = [];
  for (let i = 0; i < given.length; i += AT_ONCE)
    all.push(...(await Promise.all(given.slice(i, i + AT_ONCE).map(read))));
  return all;
}
