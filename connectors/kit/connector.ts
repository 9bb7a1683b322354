/** The contract between the core and a source: what is declared (`declaration.ts`) and the operations that go with it. */
import type { Instant } from "../../src/kernel/index.ts";
import type { Capabilities, SourceIdentity } from "./declaration.ts";
import type {
  CancelFacts,
  ChannelAnswer,
  ChannelCreditNote,
  ChannelInvoice,
  ConsentAnswer,
  CourierAnswer,
  DispatchFacts,
  FeedPage,
  FeedWish,
  Fetched,
  GradeFacts,
  IrnFacts,
  ListingsPage,
  ManifestAnswer,
  ManifestWish,
  OrdersPage,
  OrdersWish,
  PackFacts,
  ParcelFacts,
  PendencyPage,
  ReturnFacts,
  ReverseFacts,
  ShipmentFacts,
  StateFacts,
  StatusesRead,
  StockLine,
  VerifyStep,
} from "./facts.ts";
import type { Outcome } from "./failure.ts";
import type { ImportedSaleOrder, ImportFault } from "./imported-order.ts";

/** What the engine lends an operation. Operations build requests and read answers; they own no HTTP, token store or retry. */
export interface Call {
  /** Credentials and fields, decrypted, by field name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Values of the source's own settings (`settings` of its declaration), by name. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly now: Instant;
  send(request: OutRequest): Promise<Outcome<InAnswer>>;
  /** The path of an operation: the operator's (GODOWN_SOURCE_PATHS) where one is set, otherwise this one. `{name}` stays. */
  path(operation: string, otherwise: string): string;
  /** Does an address that the channel gave stand at the source's own origin? Only there a token may be sent. */
  isOwn(address: string): boolean;
  /** Makes a value that is dear (a token) once, however many ask at the same time; a failure is not kept. */
  once<T>(key: string, make: () => Promise<Outcome<T>>): Promise<Outcome<T>>;
  /** A value kept for this channel in this process (a token). */
  readonly memory: {
    get(key: string): string | undefined;
    set(key: string, value: string): void;
    drop(key: string): void;
  };
}

export interface OutRequest {
  /** Name of the operation in the exchange log and the limiter. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the source's base URL. An absolute address that the channel gave is pinned to public hosts or to the source's own. */
  readonly path: string;
  /** "file": any bytes are a good answer, not JSON alone. */
  readonly expects?: "json" | "file";
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** One of the source's `hosts`; its main one when left out. */
  readonly host?: string;
  readonly body?: unknown;
  /** Sent instead of `body`: a form, or bytes of another type. */
  readonly form?: Readonly<Record<string, string>>;
  readonly raw?: { readonly type: string; readonly bytes: Buffer };
  /** A repeat changes nothing on the other side, so that a lost answer may be asked again. */
  readonly idempotent: boolean;
  /** Reads the source's own code and words out of an answer that is not 2xx. */
  readonly explain?: (answer: InAnswer) => { readonly code?: string; readonly message?: string };
}

export interface InAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or null where the body is not JSON. */
  readonly json: unknown;
  readonly bytes: Buffer;
}

/** What goes into the operation of each capability and what comes out. */
export interface OperationIo {
  verify: { in: (step: VerifyStep) => void; out: { readonly listings: number | null } };
  /** Takes the number of a page, from 1. */
  pullListings: { in: number; out: ListingsPage };
  pushInventory: { in: readonly StockLine[]; out: ChannelAnswer };
  readStatuses: { in: readonly string[]; out: StatusesRead };
  notifyState: { in: StateFacts; out: ChannelAnswer };
  notifyReturn: { in: ReverseFacts; out: ChannelAnswer };
  dispatch: { in: DispatchFacts; out: ChannelAnswer };
  cancel: { in: CancelFacts; out: ChannelAnswer };
  pullOrders: { in: OrdersWish; out: OrdersPage };
  pullPendency: { in: Omit<OrdersWish, "status">; out: PendencyPage };
  /** Takes the channel's order id. */
  acknowledge: { in: string; out: ChannelAnswer };
  fetchInvoice: { in: ParcelFacts; out: Fetched<ChannelInvoice> };
  giveShipment: { in: ShipmentFacts; out: ChannelAnswer };
  fetchCourier: { in: ParcelFacts; out: CourierAnswer };
  fetchLabel: { in: ParcelFacts; out: Fetched<Buffer> };
  fetchManifest: { in: ManifestWish; out: ManifestAnswer };
  /** Takes the address as the channel gave it. */
  downloadFile: { in: string; out: Fetched<Buffer> };
  reportGrade: { in: GradeFacts; out: ChannelAnswer };
  fetchCreditNote: { in: ReturnFacts; out: Fetched<ChannelCreditNote> };
  giveIrn: { in: IrnFacts; out: ChannelAnswer };
  /** Orders that it does not give are left out. */
  readOrders: { in: readonly string[]; out: Pick<OrdersPage, "orders" | "rejected" | "pending"> };
  pullStatuses: { in: FeedWish; out: FeedPage };
  pack: { in: PackFacts; out: ChannelAnswer };
  /** Takes the ticket of a `TAKEN` answer. */
  readStockResult: { in: string; out: Fetched<ChannelAnswer> };
  redeemConsent: { in: ConsentAnswer; out: Readonly<Record<string, string>> };
}
export type OperationName = keyof OperationIo;

/** The operation of each capability. */
export type OperationTable = {
  [K in OperationName]: (call: Call, input: OperationIo[K]["in"]) => Promise<Outcome<OperationIo[K]["out"]>>;
};

/** Operations that the declared capabilities call for: all of them and no other. */
export type OperationsFor<C extends Capabilities> = {
  readonly [K in keyof OperationTable as K extends keyof C
    ? C[K] extends undefined
      ? never
      : K
    : never]: OperationTable[K];
};
export interface ConsentDeclaration {
  /** What stands on the button: "Authorize on Amazon". */
  readonly label: string;
  /** Fields that come of it: `redeemConsent` gives them. */
  readonly gives: readonly string[];
  /** Where the browser goes. `origin`: where the operator says that the source stands (a simulator), null in the field. Pure. */
  readonly url: (wish: {
    readonly fields: Readonly<Record<string, string>>;
    readonly state: string;
    readonly redirectUri: string;
    readonly origin: string | null;
  }) => string;
}

/** A push of a marketplace that says no more than "look": what it says is read from the marketplace itself. */
export interface ReceivedPush {
  readonly headers: Readonly<Record<string, string>>;
  /** As the marketplace called it, public host included. */
  readonly url: string;
  readonly bytes: Buffer;
  readonly fields: Readonly<Record<string, string>>;
  readonly now: Instant;
  /** Does an address stand at one of the source's hosts, as the operator set them? */
  isOwn(address: string): boolean;
}

export type WakeUp =
  /** `key`: the same push again has the same. */
  | { readonly kind: "LOOK"; readonly key: string; readonly channelOrderIds: readonly string[] }
  /** The address is to be opened once to begin. The source lets none through but its own. */
  | { readonly kind: "CONFIRM"; readonly key: string; readonly url: string }
  /** Understood, and nothing to do. */
  | { readonly kind: "NOTHING"; readonly key: string }
  /** Not proved to come from the marketplace, or not readable. */
  | { readonly kind: "REFUSED"; readonly status: 400 | 401; readonly words: string };

/** A source as the core sees it: operations may be absent, and the core asks `capabilities`. */
export interface Connector extends SourceIdentity {
  readonly capabilities: Capabilities;
  readonly operations: Partial<OperationTable>;
  readonly consent?: ConsentDeclaration;
  /** Reads what the marketplace pushes as a wake-up, and proves that it comes from there. Pure. */
  readonly readWakeUp?: (push: ReceivedPush) => WakeUp;
  /** Reads a pushed or pulled raw order. Pure. */
  readonly readOrder?: (
    raw: unknown,
  ) =>
    | { readonly ok: true; readonly value: ImportedSaleOrder }
    | { readonly ok: false; readonly faults: readonly ImportFault[] };
  /**
   * Whether a pulled order is the one that was stored less some of its lines, all else as it was: no other content then. For
   * sources whose lines leave an order for another one; what became of them their words say. Both are raw orders. Pure.
   */
  readonly isLessOf?: (now: unknown, stored: unknown) => boolean;
}

/** Declares a source. The types refuse a capability without its operation and an operation without its capability. */
export function defineConnector<const C extends Capabilities>(
  declared: SourceIdentity & {
    readonly capabilities: C;
    readonly operations: OperationsFor<C> & { readonly [K in Exclude<keyof OperationTable, keyof C>]?: never };
    readonly readOrder?: Connector["readOrder"];
    readonly isLessOf?: Connector["isLessOf"];
    readonly consent?: Connector["consent"];
    readonly readWakeUp?: Connector["readWakeUp"];
  },
): Connector {
  return declared as unknown as Connector; // the conditional type is a subset of Partial<OperationTable>; the compiler cannot see it
}
