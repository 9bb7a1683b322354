/** A list of the product, narrowed to what a queue counts: a path of the web app and its search parameters. */
export interface QueueLink {
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
}

const orders = (search: Record<string, string>): QueueLink => ({ path: "/orders", search });
const shipments = (tab: string): QueueLink => ({ path: "/shipments", search: { tab } });

/** Every queue of the board and the list behind its number. What it counts stands in queries.ts under the same key. */
export const QUEUES = {
  toVerify: orders({ tab: "pendingVerification" }),
  onHold: orders({ tab: "onHold" }),
  unfulfillable: orders({ tab: "unfulfillable" }),
  notServiceable: orders({ tab: "notServiceable" }),
  failedOrders: { path: "/failed-orders", search: {} },
  exceptions: { path: "/exceptions", search: {} },
  notificationsPaused: orders({ tab: "noticesPaused" }),
  pastDispatchBy: orders({ tab: "open", due: "late" }),
  dueSoon: orders({ tab: "open", due: "soon" }),
  dueToday: orders({ tab: "open", due: "today" }),
  toInvoice: shipments("new"),
  picking: shipments("picking"),
  toLabel: shipments("packed"),
  toManifest: shipments("readyToShip"),
  channelStepsFailed: { path: "/shipments", search: { tab: "all", channelStep: "failed", askedOf: "channel" } },
  channelStepsWaiting: { path: "/shipments", search: { tab: "all", channelStep: "waiting", askedOf: "channel" } },
  courierLabelsFailed: { path: "/shipments", search: { tab: "all", channelStep: "failed", askedOf: "courier" } },
  courierLabelsWaiting: { path: "/shipments", search: { tab: "all", channelStep: "waiting", askedOf: "courier" } },
  eInvoicesWaiting: { path: "/e-invoices", search: { tab: "waiting" } },
  eInvoicesBlocked: { path: "/e-invoices", search: { tab: "blocked" } },
  underReview: { path: "/under-review", search: {} },
  toHandOver: { path: "/manifests", search: {} },
  shipmentsOpen: { path: "/shipments", search: {} },
  manifestsOpen: { path: "/manifests", search: {} },
  putawayPending: { path: "/putaway", search: {} },
  ndrOpen: { path: "/ndr", search: {} },
  ndrFlagged: { path: "/ndr", search: { flagged: "true" } },
  rtoExpected: { path: "/rto", search: {} },
  rtoExpected8to15: { path: "/rto", search: { age: "8-15" } },
  rtoExpectedOver15: { path: "/rto", search: { age: ">15" } },
  reversePickups: { path: "/reverse-pickups", search: {} },
  pendingRtoInvoice: { path: "/rto", search: { view: "awaiting" } },
  pendingCirInvoice: { path: "/reverse-pickups", search: { view: "pendingInvoice" } },
  purchaseOrdersToApprove: { path: "/purchase-orders", search: { tab: "CREATED" } },
  grnsOpen: { path: "/grns", search: { tab: "CREATED" } },
  listingsUnmapped: { path: "/listings", search: { tab: "unmapped" } },
  channelsBroken: { path: "/settings/channels", search: { tab: "BROKEN" } },
  partnersHeld: { path: "/settings/partners", search: { tab: "held" } },
  partnerDeliveriesFailed: { path: "/partner-deliveries", search: { tab: "flagged" } },
} as const satisfies Record<string, QueueLink>;
export type QueueKey = keyof typeof QUEUES;
export const QUEUE_KEYS = Object.keys(QUEUES) as QueueKey[]; // Object.keys forgets the names of its own argument
