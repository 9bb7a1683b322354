/** Protocol A as a connector that other folders configure: they declare identity, rules and capabilities, and write no code. */
import type { Capabilities, Connector, OperationTable, SourceIdentity } from "../kit/index.ts";
import { readOrder } from "./map/order.ts";
import { pullListingsWith, verifyWith } from "./operations/catalogue.ts";
import {
  downloadFileWith,
  fetchCourierWith,
  fetchInvoiceWith,
  fetchLabelWith,
  fetchManifestWith,
} from "./operations/documents.ts";
import {
  cancelWith,
  dispatchWith,
  giveShipmentWith,
  notifyReturnWith,
  notifyStateWith,
} from "./operations/fulfilment.ts";
import { acknowledgeWith, pullOrdersWith, pullPendencyWith } from "./operations/orders.ts";
import { readStatusesWith } from "./operations/statuses.ts";
import { pushInventoryWith } from "./operations/stock.ts";
import type { TokenForm } from "./operations/token.ts";

export { downloadFileWith } from "./operations/documents.ts";
export { ORDERS_PER_PAGE, ORDERS_WINDOW_DAYS } from "./operations/orders.ts";
export { STATUS_BATCH_MAX } from "./operations/statuses.ts";
export { STOCK_BATCH_MAX } from "./operations/stock.ts";
export { PLAIN_CAPABILITIES, PLAIN_LIMITS, PLAIN_RULES, plainFields } from "./plain.ts";

export interface ProtocolOptions {
  readonly capabilities: Capabilities;
  /** Which form of `/authToken` the marketplace offers; GET unless said otherwise, EITHER where nobody knows. */
  readonly tokenForm?: TokenForm;
}

/** A source that speaks protocol A: exactly the operations of its declared capabilities. */
export function protocolConnector(identity: SourceIdentity, options: ProtocolOptions): Connector {
  const { capabilities, tokenForm = "GET" } = options;
  const can = capabilities;
  const operations: Partial<OperationTable> = {
    ...(can.verify ? { verify: verifyWith(tokenForm, can.pullListings !== undefined) } : {}),
    ...(can.pullListings ? { pullListings: pullListingsWith(tokenForm) } : {}),
    ...(can.pushInventory ? { pushInventory: pushInventoryWith(tokenForm) } : {}),
    ...(can.readStatuses ? { readStatuses: readStatusesWith(tokenForm) } : {}),
    ...(can.notifyState ? { notifyState: notifyStateWith(tokenForm) } : {}),
    ...(can.notifyReturn ? { notifyReturn: notifyReturnWith(tokenForm) } : {}),
    ...(can.dispatch ? { dispatch: dispatchWith(tokenForm) } : {}),
    ...(can.cancel ? { cancel: cancelWith(tokenForm) } : {}),
    ...(can.pullOrders ? { pullOrders: pullOrdersWith(tokenForm) } : {}),
    ...(can.pullPendency ? { pullPendency: pullPendencyWith(tokenForm) } : {}),
    ...(can.acknowledge ? { acknowledge: acknowledgeWith(tokenForm) } : {}),
    ...(can.fetchInvoice ? { fetchInvoice: fetchInvoiceWith(tokenForm, identity.rules.zone) } : {}),
    ...(can.giveShipment ? { giveShipment: giveShipmentWith(tokenForm) } : {}),
    ...(can.fetchCourier ? { fetchCourier: fetchCourierWith(tokenForm) } : {}),
    ...(can.fetchLabel ? { fetchLabel: fetchLabelWith(tokenForm) } : {}),
    ...(can.fetchManifest ? { fetchManifest: fetchManifestWith(tokenForm) } : {}),
    ...(can.downloadFile ? { downloadFile: downloadFileWith(tokenForm) } : {}),
  };
  const { ordersArrive, zone } = identity.rules;
  if (ordersArrive === "by hand") return { ...identity, capabilities, operations };
  return { ...identity, capabilities, operations, readOrder: (raw) => readOrder(raw, ordersArrive, zone) };
}
