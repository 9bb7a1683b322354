import { customFieldsOf } from "../../orders/index.ts";
import type { Tx } from "../../platform/db.ts";
import { readCancelled } from "./cancellations.queries.ts";
import type {
  CancelledFacts,
  CustomFields,
  GatepassFacts,
  GrnFacts,
  PurchaseOrderFacts,
  ReturnFacts,
  ShipmentFacts,
} from "./facts.ts";
import { readGatepasses } from "./gatepasses.queries.ts";
import type { Subjects } from "./plan.ts";
import { readGrns, readPurchaseOrders } from "./purchases.queries.ts";
import { readReturns } from "./returns.queries.ts";
import { readShipments } from "./shipments.queries.ts";

/** Everything that bodies are built of, as it is at this moment. */
export interface Snapshot {
  readonly shipments: ReadonlyMap<string, ShipmentFacts>;
  readonly cancelled: readonly CancelledFacts[];
  readonly returns: readonly ReturnFacts[];
  readonly purchaseOrders: ReadonlyMap<string, PurchaseOrderFacts>;
  readonly grns: ReadonlyMap<string, GrnFacts>;
  readonly gatepasses: ReadonlyMap<string, GatepassFacts>;
  readonly custom: CustomFields;
}

/** One statement for each kind of subject, however many there are, and none for a kind without any. */
export async function readFacts(tx: Tx, subjects: Subjects): Promise<Snapshot> {
  const read = async <Id, Row>(ids: readonly Id[], how: (tx: Tx, ids: readonly Id[]) => Promise<Row[]>) =>
    ids.length === 0 ? [] : how(tx, ids);
  const shipments = await read(subjects.packages, readShipments);
  const returns = await read(subjects.returns, readReturns);
  return {
    shipments: new Map(shipments.map((facts) => [facts.shippingPackageId, facts])),
    cancelled: await read(subjects.cancelledUnits, readCancelled),
    returns,
    purchaseOrders: new Map(
      (await read(subjects.purchaseOrders, readPurchaseOrders)).map((facts) => [facts.purchaseOrderId, facts]),
    ),
    grns: new Map((await read(subjects.grns, readGrns)).map((facts) => [facts.grnId, facts])),
    gatepasses: new Map((await read(subjects.gatepasses, readGatepasses)).map((facts) => [facts.gatepassId, facts])),
    custom: await customFields(tx, shipments, returns),
  };
}

async function customFields(
  tx: Tx,
  shipments: readonly ShipmentFacts[],
  returns: readonly ReturnFacts[],
): Promise<CustomFields> {
  if (shipments.length + returns.length === 0) return () => [];
  const values = await customFieldsOf(tx, {
    orders: [...new Set([...shipments, ...returns].map((facts) => facts.saleOrderId))],
    packages: shipments.map((facts) => facts.shippingPackageId),
    units: [...new Set([...shipments, ...returns].flatMap((facts) => facts.units.map((unit) => unit.unitId)))],
  });
  return (id) => (values.get(id) ?? []).map(({ name, value }) => ({ name, value }));
}
