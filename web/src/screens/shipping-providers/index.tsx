import { Modal } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, DeclaredForm, Page, reportDone } from "../../ui/index.ts";
import { ProviderPanel } from "./panel.tsx";
import { type Provider, providerFields, runsLow } from "./provider-data.ts";
import classes from "./providers.module.css";
import { ServiceabilityFile } from "./serviceability-file.tsx";

const columns: readonly Column<Provider>[] = [
  {
    id: "code",
    header: "Code",
    width: 170,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code>{row.code}</Code>,
  },
  { id: "name", header: "Name", width: 200, grow: true, card: "meta", cell: (row) => row.name },
  {
    id: "preference",
    header: "Preference",
    width: 96,
    align: "right",
    sort: "preference",
    cell: (row) => row.preference,
  },
  {
    id: "awbs",
    header: "AWBs left",
    width: 110,
    align: "right",
    card: "trailing",
    cell: (row) => (
      <span className={classes.left} data-low={runsLow(row) || undefined}>
        {row.kind === "AWB_POOL" ? formatCount(row.awbsLeft) : "by its API"}
      </span>
    ),
  },
  {
    id: "pincodes",
    header: "Pincodes",
    width: 110,
    align: "right",
    card: "meta",
    cell: (row) => (row.servesEverywhere ? "everywhere" : formatCount(row.pincodes)),
  },
  { id: "cod", header: "COD", width: 70, cell: (row) => (row.cod ? "Yes" : "No") },
  { id: "transit", header: "Transit", width: 80, align: "right", cell: (row) => `${row.transitDays} d` },
  { id: "enabled", header: "Enabled", width: 80, cell: (row) => (row.enabled ? "Yes" : "No") },
];

export function Screen() {
  const client = useQueryClient();
  const may = useMay();
  const [making, setMaking] = useState(false);
  const refresh = () =>
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[1] === "/api/v1/shipping-providers" || queryKey[0] === "choices",
    });
  const notMine = may("shipping.edit") ? null : "Your role does not include changing couriers.";
  const [importing, setImporting] = useState(false);
  const create = (
    <ActionButton primary label="New provider" icon={IconPlus} notNow={notMine} onClick={() => setMaking(true)} />
  );
  return (
    <Page
      fill
      title="Shipping providers"
      line="Couriers, their AWB numbers, and the pincodes they serve."
      actions={
        <>
          <ActionButton
            label="Import serviceability"
            icon={IconUpload}
            notNow={notMine}
            onClick={() => setImporting(true)}
          />
          {create}
        </>
      }
    >
      <DataTable<Provider>
        id="shipping-providers"
        endpoint="/api/v1/shipping-providers"
        rowId={(row) => row.providerId}
        noun={["provider", "providers"]}
        columns={columns}
        filters={[{ name: "enabled", label: "Enabled", type: "flag" }]}
        defaultSort="preference"
        searchHint="Code or name"
        byFacility={false}
        rowTone={(row) => (runsLow(row) ? "attention" : undefined)}
        panelTitle={(row) => row.name}
        panel={(row) => <ProviderPanel key={row.providerId} provider={row} notMine={notMine} onChanged={refresh} />}
        empty={{
          title: "No shipping provider",
          cause: "Packages that the seller ships need a courier with AWB numbers. Those a channel ships do not.",
          action: create,
        }}
      />
      {importing && (
        <Modal
          opened
          onClose={() => setImporting(false)}
          size="lg"
          title={<strong>Who serves which pincode, by which method</strong>}
        >
          <ServiceabilityFile onFinished={refresh} />
        </Modal>
      )}
      {making && (
        <Modal opened onClose={() => setMaking(false)} size="lg" title={<strong>New shipping provider</strong>}>
          <DeclaredForm
            fields={providerFields}
            submitLabel="Make provider"
            onCancel={() => setMaking(false)}
            onSubmit={async (values) => {
              await api.post("/api/v1/shipping-providers", values);
              refresh();
              reportDone("Made. Give it AWB numbers next.");
              setMaking(false);
            }}
          />
        </Modal>
      )}
    </Page>
  );
}
