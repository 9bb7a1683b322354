import { IconPackageImport } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "../../lib/session.ts";
import { ActionButton, DataTable, Page } from "../../ui/index.ts";
import { useVendorChoices } from "../shared/vendors.ts";
import { type GrnRow, grnColumns } from "./grn-data.tsx";
import { ReceiveGoods } from "./receive-goods.tsx";

/** Goods receipts: what arrived of purchase orders. */
export function Screen() {
  const may = useMay();
  const vendors = useVendorChoices();
  const [receiving, setReceiving] = useState(false);
  const receive = (
    <ActionButton
      primary
      label="Receive goods"
      icon={IconPackageImport}
      notNow={may("grn.receive") ? null : "Your role does not include receiving goods."}
      onClick={() => setReceiving(true)}
    />
  );
  return (
    <Page
      fill
      title="Goods received"
      line="GRN: what arrived of purchase orders, counted and inspected. It is stock once it is put away."
      actions={receive}
    >
      <DataTable<GrnRow>
        id="grns"
        endpoint="/api/v1/grns"
        rowId={(row) => row.grnId}
        noun={["receipt", "receipts"]}
        columns={grnColumns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "CREATED", label: "Being counted", tone: "attention" },
          { value: "QC_COMPLETE", label: "To put away", tone: "attention" },
          { value: "COMPLETE", label: "Put away" },
          { value: "DISCARDED", label: "Discarded" },
        ]}
        filters={[
          {
            name: "vendorId",
            label: "Vendor",
            type: "select",
            single: true,
            options: vendors.map(({ vendorId, name }) => ({ value: vendorId, label: name })),
            sentence: (_value, label) => `from ${label}`,
          },
        ]}
        searchHint="GRN, order, vendor, invoice"
        defaultSort="-createdAt"
        href={(row) => `/grns/${row.grnId}`}
        rowTone={(row) => (row.state === "CREATED" || row.state === "QC_COMPLETE" ? "attention" : undefined)}
        empty={{
          title: "Nothing received yet",
          cause: "Goods are received on an approved purchase order, by the invoice that came with them.",
          action: receive,
        }}
      />
      {receiving && <ReceiveGoods order={null} onClose={() => setReceiving(false)} />}
    </Page>
  );
}
