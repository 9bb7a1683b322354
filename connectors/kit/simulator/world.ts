/** The state of a marketplace simulator, all in memory and all bounded. */
import { type Bounded, bounded, type Json } from "./json.ts";
import type {
  CatalogueVariant,
  Clock,
  Kept,
  RememberedOrder,
  Seller,
  SimOrder,
  SimOrderItem,
  SimReturn,
  StockPush,
  Target,
} from "./types.ts";

/** Oldest are forgotten past these; enough for days of a busy demo, an order being about 3 kB. */
const LIMITS = {
  orders: 50_000,
  records: 20_000,
  writes: 20_000,
  stockListings: 50_000,
  pushesPerListing: 1_000,
  sellers: 1_000,
  products: 50_000,
};

/** One thing that happened to the marketplace's state, in the order of its happening: calls carry numbers of the same row. */
export interface Write {
  readonly seq: number;
  readonly kind: string;
  readonly entry: object;
}

/** Numbers what happens, across writes and calls. */
export interface Sequence {
  next(): number;
}

export function createSequence(): Sequence {
  let last = 0;
  return { next: () => ++last };
}

interface ListingStock {
  readonly seller: string;
  readonly productId: string;
  readonly variantId: string;
  /** By the marketplace's own warehouse code; "" where none is named. */
  readonly facilities: Map<string, StockPush>;
  receivedAt: string;
  readonly pushes: Bounded<StockPush>;
}

/** Something received about one order; `body` as it came. */
export interface Received {
  readonly receivedAt: string;
  readonly seller: string;
  readonly orderId: string | null;
  readonly outcome: string;
  readonly [member: string]: unknown;
}

export interface World {
  readonly products: Map<string, CatalogueVariant>;
  readonly sellers: Map<string, Seller>;
  readonly targets: Map<string, Target>;
  defaultTarget: Target | null;
  readonly orders: Map<string, SimOrder>;
  readonly ordersMax: number;
  ordersForgotten: number;
  /** Order id by order item id. */
  readonly orderOfItem: Map<string, string>;
  readonly stock: Map<string, ListingStock>;
  readonly notifications: Bounded<Received>;
  readonly dispatches: Bounded<Received>;
  readonly cancellations: Bounded<Received>;
  readonly acknowledgements: Bounded<Received>;
  readonly shipmentDetails: Bounded<Received>;
  readonly manifests: Bounded<Received>;
  /** Announced and found, in the order of their beginning; the orders hold them too. */
  readonly returns: Bounded<SimReturn & { readonly orderId: string }>;
  readonly grades: Bounded<Received>;
  readonly irns: Bounded<Received>;
  readonly writes: Bounded<Write>;
  readonly pushesMax: number;
  /** Notes what happened in the row of all writes. The order that it happened to (`orderId`) is changed from now on. */
  write(kind: string, entry: object): void;
  /** To be told after a change that no write tells of: order and changed lines get the time. */
  touch(order: SimOrder): void;
}

export function createWorld(
  products: readonly CatalogueVariant[],
  sellers: readonly Seller[],
  target: Target | null,
  log: { readonly max?: number | undefined; readonly sequence?: Sequence; readonly clock?: Clock } = {},
): World {
  const clock = log.clock ?? (() => Temporal.Now.instant());
  const sequence = log.sequence ?? createSequence();
  const records = log.max ?? LIMITS.records;
  const writes = bounded<Write>(log.max ?? LIMITS.writes);
  const orders = new Map<string, SimOrder>();
  const touch = (order: SimOrder) => markChanged(order, clock().toString({ smallestUnit: "millisecond" }));
  const write = (kind: string, entry: object) => {
    writes.add({ seq: sequence.next(), kind, entry });
    const order = "orderId" in entry && typeof entry.orderId === "string" ? orders.get(entry.orderId) : undefined;
    if (order && kind !== "order") touch(order);
  };
  const noted = <T extends object>(kind: string) => bounded<T>(records, (entry) => write(kind, entry));
  const world: World = {
    products: new Map(),
    sellers: new Map(sellers.map((seller) => [seller.username, seller])),
    targets: new Map(),
    defaultTarget: target,
    orders,
    orderOfItem: new Map(),
    stock: new Map(),
    ordersMax: log.max ?? LIMITS.orders,
    ordersForgotten: 0,
    pushesMax: log.max ?? LIMITS.pushesPerListing,
    writes,
    write,
    touch,
    notifications: noted<Received>("notification"),
    dispatches: noted<Received>("dispatch"),
    cancellations: noted<Received>("cancel"),
    acknowledgements: noted<Received>("acknowledge"),
    shipmentDetails: noted<Received>("shipment"),
    manifests: noted<Received>("manifest"),
    returns: noted<SimReturn & { readonly orderId: string }>("return"),
    grades: noted<Received>("grade"),
    irns: noted<Received>("irn"),
  };
  for (const product of products) addProduct(world, product);
  return world;
}

export function variantKey(productId: string, variantId: string): string {
  return `${productId}\n${variantId}`;
}

/** False where the catalogue is full. */
export function addProduct(world: World, product: CatalogueVariant): boolean {
  const key = variantKey(product.productId, product.variantId);
  if (!world.products.has(key) && world.products.size >= LIMITS.products) return false;
  world.products.set(key, product);
  return true;
}

/** False where there are as many sellers as there may be. */
export function addSeller(world: World, seller: Seller): boolean {
  if (!world.sellers.has(seller.username) && world.sellers.size >= LIMITS.sellers) return false;
  world.sellers.set(seller.username, seller);
  return true;
}

/** What an order and its lines look like: a line that looks the same has not changed. */
const looks = new WeakMap<SimOrderItem, string>();

function look({ status, cancelledQuantity, dispatchedQuantity, onHold, returned }: SimOrderItem): string {
  return JSON.stringify([status, cancelledQuantity, dispatchedQuantity, onHold, returned?.returnId ?? null]);
}

function markChanged(order: SimOrder, at: string): void {
  order.updatedAt = at;
  for (const item of order.items) {
    const now = look(item);
    if (looks.get(item) !== now) item.changedAt = at;
    looks.set(item, now);
  }
}

/** An order of an earlier life, with what it may lack by now. */
export function completed(order: RememberedOrder): SimOrder {
  const updatedAt = order.updatedAt ?? order.orderDate;
  const items = order.items.map((item) => ({ ...item, changedAt: item.changedAt ?? updatedAt }));
  return { returns: [], irns: [], courierStatuses: [], ...order, updatedAt, items };
}

export function addOrder(world: World, order: SimOrder): void {
  for (const item of order.items) looks.set(item, look(item));
  world.orders.set(order.id, order);
  for (const item of order.items) world.orderOfItem.set(item.orderItemId, order.id);
  world.write("order", {
    orderId: order.id,
    seller: order.seller,
    at: order.orderDate,
    orderStatus: order.orderStatus,
  });
  if (world.orders.size <= world.ordersMax) return;
  const oldest = world.orders.values().next().value;
  if (!oldest) return;
  world.orders.delete(oldest.id);
  world.ordersForgotten++;
  for (const item of oldest.items) world.orderOfItem.delete(item.orderItemId);
}

/** Takes a figure that was pushed. Nothing else ever changes the stock: an order placed here does not lower it. */
export function takeStock(world: World, push: StockPush): void {
  const key = `${push.seller}\n${variantKey(push.productId, push.variantId)}`;
  let listing = world.stock.get(key);
  if (!listing) {
    listing = {
      seller: push.seller,
      productId: push.productId,
      variantId: push.variantId,
      facilities: new Map(),
      receivedAt: push.receivedAt,
      pushes: bounded(world.pushesMax),
    };
    world.stock.set(key, listing);
    const oldest = world.stock.keys().next().value;
    if (world.stock.size > LIMITS.stockListings && oldest !== undefined) world.stock.delete(oldest);
  }
  listing.facilities.set(push.facilityCode ?? "", push);
  listing.receivedAt = push.receivedAt;
  listing.pushes.add(push);
  world.write("stock", push);
}

/** What a seller last pushed for a variant, summed over his warehouse codes; null where he never did. */
export function stockOf(world: World, seller: string, productId: string, variantId: string): number | null {
  const listing = world.stock.get(`${seller}\n${variantKey(productId, variantId)}`);
  return listing ? quantityOf(listing) : null;
}

function quantityOf(listing: ListingStock): number {
  return [...listing.facilities.values()].reduce((sum, { quantity }) => sum + quantity, 0);
}

/** Stock by product: `{quantity, receivedAt, pushes, variants, sellers}`. `quantity` sums the variants of the seller who pushed
 *  last; with one seller, or asked for one, that is simply his figure. */
export function stockView(world: World, seller: string | null): Json {
  const byProduct = new Map<string, ListingStock[]>();
  for (const listing of world.stock.values()) {
    if (seller !== null && listing.seller !== seller) continue;
    const known = byProduct.get(listing.productId);
    if (known) known.push(listing);
    else byProduct.set(listing.productId, [listing]);
  }
  return Object.fromEntries([...byProduct].map(([productId, listings]) => [productId, productStock(listings)]));
}

function productStock(listings: readonly ListingStock[]): Json {
  // Sorting is stable and a later push of the same instant stands later in its list, so the last entry is the newest.
  const newest = listings.reduce((one, other) => (other.receivedAt >= one.receivedAt ? other : one));
  const ofNewest = listings.filter((listing) => listing.seller === newest.seller);
  const pushes = listings
    .flatMap((listing) => listing.pushes.entries)
    .sort((one, other) => (one.receivedAt < other.receivedAt ? -1 : one.receivedAt > other.receivedAt ? 1 : 0));
  return {
    quantity: ofNewest.reduce((sum, listing) => sum + quantityOf(listing), 0),
    receivedAt: newest.receivedAt,
    pushes,
    pushesForgotten: listings.reduce((sum, listing) => sum + listing.pushes.forgotten, 0),
    variants: Object.fromEntries(
      ofNewest.map((listing) => [
        listing.variantId,
        {
          quantity: quantityOf(listing),
          facilities: Object.fromEntries([...listing.facilities].map(([code, { quantity }]) => [code, quantity])),
          receivedAt: listing.receivedAt,
          pushes: listing.pushes.entries,
        },
      ]),
    ),
    sellers: Object.fromEntries(
      [...new Set(listings.map((listing) => listing.seller))].map((name) => {
        const own = listings.filter((listing) => listing.seller === name);
        return [name, own.reduce((sum, listing) => sum + quantityOf(listing), 0)];
      }),
    ),
  };
}

/** Forgets all that happened; catalogue, sellers and targets stay. */
export function forget(world: World): void {
  world.orders.clear();
  world.orderOfItem.clear();
  world.stock.clear();
  world.ordersForgotten = 0;
  world.writes.clear();
  for (const list of recordLists(world)) list.clear();
}

function recordLists(world: World) {
  return [
    world.notifications,
    world.dispatches,
    world.cancellations,
    world.acknowledgements,
    world.shipmentDetails,
    world.manifests,
    world.returns,
    world.grades,
    world.irns,
  ];
}

/** What is to be known after a new start. */
export function remember(world: World): Kept {
  return {
    orders: [...world.orders.values()],
    stock: [...world.stock.values()].flatMap(({ facilities }) => [...facilities.values()]),
  };
}

/** Everything that an auditor compares, with nothing left out that is still known: `forgotten` says what is not. */
export function logView(
  world: World,
  calls: { readonly entries: readonly unknown[]; readonly forgotten: number },
): Json {
  return {
    ...remember(world),
    writes: world.writes.entries,
    calls: calls.entries,
    forgotten: { orders: world.ordersForgotten, writes: world.writes.forgotten, calls: calls.forgotten },
  };
}

export interface ViewWish {
  /** Only this seller's. */
  readonly seller: string | null;
  /** Only what concerns this order. */
  readonly orderId: string | null;
  /** The newest so many of every list; null: all. */
  readonly limit: number | null;
}

/** The world as JSON. Times are UTC, amounts paise. */
export function worldView(world: World, wish: ViewWish): Json {
  const mine = (entry: { seller?: unknown; orderId?: unknown; id?: unknown }) =>
    (wish.seller === null || entry.seller === undefined || entry.seller === wish.seller) &&
    (wish.orderId === null || entry.orderId === wish.orderId || entry.id === wish.orderId);
  const newest = <T>(list: readonly T[]) => (wish.limit === null ? list : list.slice(-wish.limit));
  const received = (list: Bounded<Received>) => newest(list.entries.filter(mine));
  return {
    orders: newest([...world.orders.values()].filter(mine)),
    stock: stockView(world, wish.seller),
    notifications: received(world.notifications),
    dispatches: received(world.dispatches),
    cancellations: received(world.cancellations),
    acknowledgements: received(world.acknowledgements),
    shipmentDetails: received(world.shipmentDetails),
    manifests: received(world.manifests),
    grades: received(world.grades),
    irns: received(world.irns),
    returns: newest(
      world.returns.entries.filter(
        (entry) =>
          mine({ orderId: entry.orderId }) &&
          (wish.seller === null || world.orders.get(entry.orderId)?.seller === wish.seller),
      ),
    ),
    products: newest([...world.products.values()]),
    sellers: [...world.sellers.keys()],
    targets: {
      default: world.defaultTarget?.url ?? null,
      sellers: Object.fromEntries([...world.targets].map(([name, target]) => [name, target.url])),
    },
    counts: {
      orders: world.orders.size,
      notifications: world.notifications.entries.length + world.notifications.forgotten,
      dispatches: world.dispatches.entries.length + world.dispatches.forgotten,
      cancellations: world.cancellations.entries.length + world.cancellations.forgotten,
    },
  };
}
