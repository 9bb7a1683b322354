/**
 * What is one order to us: the lines of an order that one store (slave) has. A line that hops to another store is gone from the
 * first one's order and in the other's, so that each facility has an order of its own from its first day to its last.
 */

export interface StoreOrder {
  readonly orderNo: string;
  readonly slaveId: string;
}

const SEPARATOR = "@";

export function keyOf({ orderNo, slaveId }: StoreOrder): string {
  return `${orderNo}${SEPARATOR}${slaveId}`;
}

/** Null where it is none of ours. */
export function readKey(channelOrderId: string): StoreOrder | null {
  const at = channelOrderId.lastIndexOf(SEPARATOR);
  if (at <= 0 || at === channelOrderId.length - 1) return null;
  return { orderNo: channelOrderId.slice(0, at), slaveId: channelOrderId.slice(at + 1) };
}

/** The stores of a channel, by the map of its form. */
export function slavesOf(warehouses: string | undefined): readonly string[] {
  try {
    const map: unknown = JSON.parse(warehouses ?? "{}");
    return typeof map === "object" && map !== null ? Object.keys(map) : [];
  } catch {
    return []; // the form checks it; a channel that is not set up yet has none
  }
}
