/** What the test of a source says of it beside its declaration: how its seller signs in, and what is particular to its API. */
import type { OperationName, ReportedStatus } from "../index.ts";
import type { CatalogueVariant, Json } from "../simulator/index.ts";

export interface SuiteSeller {
  readonly username: string;
  readonly password: string;
}

/** How the source names a variant of the catalogue. */
export interface ListingKeys {
  readonly channelProductId: string;
  readonly productId: string;
  readonly variantId: string;
}

export type KeysOf = (variant: Pick<CatalogueVariant, "productId" | "variantId" | "sku">) => ListingKeys;

/** What is true of most sources stands in `USUAL`; a test names what is otherwise. */
export interface Behaviour {
  /** A token is fetched with the credentials, and fetched again when it is refused. */
  readonly signsIn: boolean;
  /** Requests that carry no token: files at addresses that were signed. */
  readonly unsigned: readonly string[];
  /** Requests beside those of a list: addresses and couriers to its orders. */
  readonly asides: readonly string[];
  /** Operations whose effect counts each time: a lost answer is read back before anything is sent again. */
  readonly countEachTime: readonly OperationName[];
  /** Writes that answer for each line. Others take all of an order or nothing. */
  readonly perLine: readonly OperationName[];
  /** Until what happened shows in the source's lists. */
  readonly lagMs: number;
  /** Statuses that `readStatuses` tells of those that the source reports. All of them when left out. */
  readonly readTells: readonly ReportedStatus[] | null;
  /** Each line has a status of its own. */
  readonly lineStatuses: boolean;
  /** What is held on request. */
  readonly holds: "line" | "order" | "nothing";
  /** Orders have a number for people beside their id. */
  readonly displays: boolean;
  /** Orders tell the buyer's street; otherwise it stands on the label alone. */
  readonly tellsStreet: boolean;
  /** Lists of orders say how their lines stand. */
  readonly ordersTellStatus: boolean;
  /** Lists of orders give those under review beside. */
  readonly pendingBeside: boolean;
  /** Pages at least that 120 listings and 120 orders fill. */
  readonly pages: { readonly listings: number; readonly orders: number };
  /** A hand-over list is stopped by its lines, or made for a courier whatever they are. */
  readonly manifestOf: "lines" | "courier";
  /** Lists are of a window. Others give all there is, whatever is asked for. */
  readonly windows: boolean;
  /** A dispatch of what the seller ships names his courier; otherwise his invoice alone. */
  readonly namesCourier: boolean;
  /** `giveShipment` tells box and weight. */
  readonly takesBox: boolean;
  /** Whose dispatch is told: of every order, or of what the seller ships alone. */
  readonly dispatches: "all" | "seller-shipped";
  /** Its invoices tell which side a rate is of: CGST and SGST, or IGST. Others give the whole alone, and the law says the side. */
  readonly taxSides: boolean;
  /** Figures that are TAKEN and judged later: from so many at once on. Fewer are judged at once. */
  readonly stockTakenFrom: number;
}

export const USUAL: Behaviour = {
  signsIn: true,
  unsigned: [],
  asides: [],
  countEachTime: ["dispatch", "cancel"],
  perLine: ["notifyState", "notifyReturn", "dispatch", "cancel", "giveShipment", "reportGrade", "pushInventory"],
  lagMs: 0,
  readTells: null,
  lineStatuses: true,
  holds: "line",
  displays: true,
  tellsStreet: true,
  ordersTellStatus: true,
  pendingBeside: false,
  pages: { listings: 3, orders: 2 },
  manifestOf: "lines",
  windows: true,
  namesCourier: true,
  takesBox: true,
  dispatches: "all",
  taxSides: true,
  stockTakenFrom: 1,
};

/** Something that happens on the marketplace's side, and the words of lines that may tell of it. */
export interface Happening {
  readonly action: string;
  readonly body?: Json;
  readonly words: readonly string[];
}

export interface FeedOptions {
  /** What is listed in it; by the statuses that it tells when left out. */
  readonly happens?: readonly Happening[];
  /** Its rows have no status that could be one nobody knows. */
  readonly statusless?: true;
  /** Its rows have days, not times: those of a window's days are told again. */
  readonly daysOnly?: true;
  /** Pages at least that 60 changes fill; two when left out. */
  readonly pages?: number;
}

/** A push as it reached us. */
export interface CaughtPush {
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly bytes: Buffer;
}

export interface WakeUpOptions {
  /** Below the address that the simulator is told: a secret in the query. */
  readonly path?: string;
  /** Ways to forge a push; when left out: another body, and no headers. */
  readonly forgeries?: Readonly<Record<string, (push: CaughtPush) => CaughtPush>>;
  /** Makes the simulator ask for its address to be confirmed, where it does (a call of its control API). */
  readonly confirm?: { readonly path: string; readonly body: Json };
}

export interface SuiteOptions {
  /** Fields beside those of `fieldsOf`, as a seller fills them. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What the suite's seller enters; his user name and password when left out. */
  readonly fieldsOf?: (seller: SuiteSeller) => Readonly<Record<string, string>>;
  /** What his account at the simulator has beside. */
  readonly account?: Readonly<Record<string, string>>;
  /** Two of the channel's warehouse codes, where it knows its own alone. */
  readonly warehouses?: readonly [string, string];
  /** As the marketplace protocol names variants when left out. */
  readonly keysOf?: KeysOf;
  /** Laid over each order that is placed: a source whose lines are single units, say. */
  readonly order?: Json;
  /** Laid over an order on the wire: one that cannot be read, and one without an id. */
  readonly wrong?: { readonly unreadable: Json; readonly nameless: Json };
  readonly behaves?: Partial<Behaviour>;
  /** By the feed's name. */
  readonly feeds?: Readonly<Record<string, FeedOptions>>;
  readonly wakeUp?: WakeUpOptions;
  /** The consent page gives the token itself, not a code that is redeemed once. */
  readonly consent?: { readonly givesToken: true };
  /** Facts that the declaration still guesses (`tools/new-connector` asks them): the suite fails while there are any. */
  readonly toDecide?: readonly string[];
}
