import { Modal } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  CsvImport,
  DataTable,
  Page,
  StateChip,
  type StateTable,
  Tabs,
} from "../../ui/index.ts";
import {
  priceCsvColumns,
  priceCsvTemplate,
  type VendorRow,
  vendorCsvColumns,
  vendorCsvTemplate,
} from "./vendor-data.ts";

const vendorStates: StateTable = {
  true: { word: "Enabled", tone: "done" },
  false: { word: "Disabled", tone: "waiting" },
};

const columns: readonly Column<VendorRow>[] = [
  {
    id: "code",
    header: "Code",
    width: 140,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/vendors/${row.vendorId}`}>{row.code}</Code>,
  },
  { id: "name", header: "Name", width: 220, grow: true, sort: "name", card: "meta", cell: (row) => row.name },
  { id: "city", header: "City", width: 130, card: "meta", cell: (row) => row.city },
  { id: "state", header: "State", width: 70, hidden: true, cell: (row) => row.stateCode },
  {
    id: "gstin",
    header: "GSTIN",
    width: 170,
    cell: (row) => (row.gstin === null ? "not registered" : <Code>{row.gstin}</Code>),
  },
  { id: "contact", header: "Contact", width: 140, cell: (row) => row.contact ?? "–" },
  { id: "phone", header: "Phone", width: 120, cell: (row) => row.phone ?? "–" },
  { id: "skus", header: "Offers", width: 100, align: "right", cell: (row) => plural(row.skus, "SKU") },
  {
    id: "openOrders",
    header: "Open orders",
    width: 100,
    align: "right",
    card: "meta",
    cell: (row) => (row.openOrders === 0 ? "–" : String(row.openOrders)),
  },
  {
    id: "enabled",
    header: "Enabled",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={String(row.enabled)} table={vendorStates} />,
  },
];

/** Who sells to us. */
export function Screen() {
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [importing, setImporting] = useState(false);
  const notMine = may("purchasing.manage") ? null : "Your role does not include changing vendors.";
  const actions = (
    <>
      <ActionButton label="Import" icon={IconUpload} notNow={notMine} onClick={() => setImporting(true)} />
      <ActionButton
        primary
        label="New vendor"
        icon={IconPlus}
        notNow={notMine}
        onClick={() => navigate({ to: "/vendors/new" })}
      />
    </>
  );
  return (
    <Page fill title="Vendors" line="Who sells goods to you: addresses, registration, prices." actions={actions}>
      <DataTable<VendorRow>
        id="vendors"
        endpoint="/api/v1/vendors"
        rowId={(row) => row.vendorId}
        noun={["vendor", "vendors"]}
        columns={columns}
        filters={[
          {
            name: "enabled",
            label: "Enabled",
            type: "flag",
            sentence: (value) => (value === "true" ? "enabled" : "disabled"),
          },
        ]}
        searchHint="Code, name, city, GSTIN, contact"
        defaultSort="code"
        byFacility={false}
        href={(row) => `/vendors/${row.vendorId}`}
        empty={{
          title: "No vendors yet",
          cause: "Purchase orders go to vendors. They come from a CSV file, or are made one by one.",
          action: actions,
        }}
      />
      {importing && (
        <Modal opened onClose={() => setImporting(false)} size="lg" title={<strong>Import vendors</strong>}>
          <Import onFinished={() => void client.invalidateQueries({ queryKey: ["list"] })} />
        </Modal>
      )}
    </Page>
  );
}

function Import({ onFinished }: { onFinished: () => void }) {
  const [what, setWhat] = useState("vendors");
  return (
    <>
      <Tabs
        tabs={[
          { value: "vendors", label: "Vendors" },
          { value: "prices", label: "What they offer" },
        ]}
        param="import"
        onChange={setWhat}
      />
      {what === "vendors" ? (
        <CsvImport
          key="vendors"
          endpoint="/api/v1/vendors/import"
          columns={vendorCsvColumns}
          template={vendorCsvTemplate}
          note="New codes make vendors, known ones change them; an empty cell leaves what is there. The same file again changes nothing."
          onFinished={onFinished}
        />
      ) : (
        <CsvImport
          key="prices"
          endpoint="/api/v1/vendor-items/import"
          columns={priceCsvColumns}
          template={priceCsvTemplate}
          note="One line for each SKU of a vendor; an empty cell leaves what is there. The same file again changes nothing."
          onFinished={onFinished}
        />
      )}
    </>
  );
}
