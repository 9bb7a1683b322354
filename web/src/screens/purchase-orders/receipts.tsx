import { DataTable, Section } from "../../ui/index.ts";
import { type GrnRow, grnColumns } from "../grns/grn-data.tsx";
import type { PurchaseOrderDetail } from "./order-data.ts";

/** What was received on an order. */
export function Receipts({ order }: { order: PurchaseOrderDetail }) {
  if (order.state === "CREATED") return null;
  return (
    <Section
      title="Goods received"
      line="Rejected pieces have arrived too: they are put away as QC rejected and go back to the vendor by a gatepass. Order what replaces them anew."
    >
      <DataTable<GrnRow>
        id="grns-of-order"
        endpoint="/api/v1/grns"
        fixed={{ purchaseOrderId: order.purchaseOrderId }}
        prefix="grn"
        fill={false}
        byFacility={false}
        csv={false}
        rowId={(row) => row.grnId}
        noun={["receipt", "receipts"]}
        columns={grnColumns.filter(({ id }) => id !== "order" && id !== "vendor" && id !== "facility")}
        defaultSort="-createdAt"
        href={(row) => `/grns/${row.grnId}`}
        empty={{
          title: "Nothing received yet",
          cause: "When goods arrive, choose Receive goods and count them by the paper that came with them.",
        }}
      />
    </Section>
  );
}
