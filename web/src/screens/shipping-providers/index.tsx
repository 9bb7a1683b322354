import { Modal } from "@mantine/core";
import { IconMapPin, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount, formatSpan, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  DataTable,
  DeclaredForm,
  type Filter,
  Page,
  reportDone,
  StateChip,
} from "../../ui/index.ts";
import { courierAccountStates } from "../shared/courier-numbers.ts";
import { useTrackingFigures } from "../status-sync/couriers.tsx";
import { ProviderPanel } from "./panel.tsx";
import { kindField, kindWords, type Provider, providerFields, runsLow } from "./provider-data.ts";
import classes from "./providers.module.css";

type TrackingFigures = ReturnType<typeof useTrackingFigures>;

const columnsWith = (tracking: TrackingFigures): readonly Column<Provider>[] => [
  {
    id: "code",
    header: "Code",
    width: 150,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code>{row.code}</Code>,
  },
  { id: "name", header: "Name", width: 124, grow: true, card: "meta", cell: (row) => row.name },
  { id: "kind", header: "Numbers", width: 108, card: "meta", cell: (row) => <KindCell row={row} /> },
  { id: "state", header: "State", width: 128, card: "trailing", cell: (row) => <StateCell row={row} /> },
  {
    id: "preference",
    header: "Preference",
    width: 84,
    align: "right",
    sort: "preference",
    cell: (row) => row.preference,
  },
  {
    id: "awbs",
    header: "AWBs left",
    width: 80,
    align: "right",
    cell: (row) => (
      <span className={classes.left} data-low={runsLow(row) || undefined}>
        {row.kind === "AWB_POOL" ? formatCount(row.awbsLeft) : "–"}
      </span>
    ),
  },
  {
    id: "waiting",
    header: "Waiting",
    width: 72,
    align: "right",
    cell: (row) => ofApi(row, <Parcels row={row} step="waiting" count={row.labelsWaiting} />),
  },
  {
    id: "failed",
    header: "Failed",
    width: 60,
    align: "right",
    cell: (row) => ofApi(row, <Parcels row={row} step="failed" count={row.labelsFailed} />),
  },
  {
    id: "back",
    header: "To give back",
    width: 92,
    align: "right",
    cell: (row) => ofApi(row, <ToGiveBack row={row} />),
  },
  {
    id: "lag",
    header: "Tracking p95",
    width: 98,
    align: "right",
    cell: ({ providerId }) => {
      const late = tracking.get(providerId)?.lateSeconds ?? null;
      return late === null ? "–" : formatSpan(late * 1_000);
    },
  },
  {
    id: "unknown",
    header: "Unknown words",
    width: 122,
    align: "right",
    cell: ({ providerId }) => {
      const unknown = tracking.get(providerId)?.unknown ?? 0;
      return unknown === 0 ? (
        "0"
      ) : (
        <Link to="/status-sync" search={{ view: "couriers" }} onClick={(event) => event.stopPropagation()}>
          {unknown}
        </Link>
      );
    },
  },
  {
    id: "pincodes",
    header: "Pincodes",
    width: 100,
    align: "right",
    hidden: true,
    cell: (row) => (row.servesEverywhere ? "everywhere" : formatCount(row.pincodes)),
  },
  { id: "cod", header: "COD", width: 60, hidden: true, cell: (row) => (row.cod ? "Yes" : "No") },
  {
    id: "transit",
    header: "Transit",
    width: 76,
    align: "right",
    hidden: true,
    cell: (row) => `${row.transitDays} d`,
  },
];

const ofApi = (row: Provider, cell: React.ReactNode) => (row.kind === "API" ? cell : "–");

/** Of an account its state; of a pool whether numbers are left. What is switched off says only that. */
function StateCell({ row }: { row: Provider }) {
  if (!row.enabled) return <StateChip state="OFF" table={{ OFF: { word: "Off", tone: "waiting" } }} />;
  if (row.account !== null)
    return (
      <span {...(row.brokenReason === null ? {} : { "data-tip": row.brokenReason })}>
        <StateChip state={row.account} table={courierAccountStates} />
      </span>
    );
  return runsLow(row) ? (
    <StateChip
      state="LOW"
      table={{ LOW: { word: row.awbsLeft === 0 ? "No numbers" : "Runs low", tone: "attention" } }}
    />
  ) : (
    <StateChip state="READY" table={{ READY: { word: "Ready", tone: "done" } }} />
  );
}

/** A card on a phone has no columns: what wants a person stands beside the kind. */
function KindCell({ row }: { row: Provider }) {
  const { labelsFailed, unsure, notTold } = row;
  const wants = [
    ...(labelsFailed === 0 ? [] : [`${labelsFailed} failed`]),
    ...(unsure === 0 ? [] : [plural(unsure, "answer lost", "answers lost")]),
    ...(notTold === 0 ? [] : [`${notTold} not told`]),
  ];
  return (
    <>
      {kindWords[row.kind]}
      {wants.length > 0 && <span className={classes.onCard}> · {wants.join(", ")}</span>}
    </>
  );
}

/** The parcels behind a number. */
function Parcels({ row, step, count }: { row: Provider; step: "waiting" | "failed"; count: number }) {
  if (count === 0) return <>0</>;
  return (
    <Link
      to="/shipments"
      search={{ tab: "all", channelStep: step, askedOf: "courier", providerId: row.providerId }}
      {...(step === "failed" ? { className: classes.trouble } : {})}
      onClick={(event) => event.stopPropagation()}
      aria-label={`${count} packages of ${row.name}`}
    >
      {formatCount(count)}
    </Link>
  );
}

function ToGiveBack({ row }: { row: Provider }) {
  if (row.toGiveBack === 0) return <>0</>;
  return (
    <Link
      to={`/settings/shipping-providers/${row.providerId}`}
      search={{ view: "told", "t-tab": row.notTold > 0 ? "FAILED" : "WAITING" }}
      {...(row.notTold > 0 ? { className: classes.trouble } : {})}
      onClick={(event) => event.stopPropagation()}
      aria-label={`${row.toGiveBack} numbers to give back to ${row.name}`}
    >
      {formatCount(row.toGiveBack)}
    </Link>
  );
}

const filters: readonly Filter[] = [
  {
    name: "kind",
    label: "Numbers",
    type: "select",
    single: true,
    options: Object.entries(kindWords).map(([value, label]) => ({ value, label })),
    sentence: (_value, label) => label,
  },
  {
    name: "account",
    label: "Account",
    type: "select",
    single: true,
    options: Object.entries(courierAccountStates).map(([value, look]) => ({ value, label: look.word })),
    sentence: (_value, label) => label,
  },
  {
    name: "trouble",
    label: "Wants a person",
    type: "flag",
    sentence: (value) => (value === "true" ? "that want a person" : "without trouble"),
  },
  { name: "enabled", label: "Enabled", type: "flag" },
];

const isTrouble = (row: Provider): boolean =>
  row.account === "BROKEN" || row.labelsFailed + row.unsure + row.notTold > 0;

export function Screen() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay();
  const tracking = useTrackingFigures();
  const [making, setMaking] = useState(false);
  const refresh = () =>
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[1] === "/api/v1/shipping-providers" || queryKey[0] === "choices",
    });
  const notMine = may("shipping.edit") ? null : "Your role does not include changing couriers.";
  const create = (
    <ActionButton primary label="New provider" icon={IconPlus} notNow={notMine} onClick={() => setMaking(true)} />
  );
  return (
    <Page
      fill
      title="Shipping providers"
      line="Couriers: with numbers of your own or asked by their API, and the pincodes they serve."
      actions={
        <>
          <ActionButton
            label="Serviceability"
            icon={IconMapPin}
            onClick={() => void navigate({ to: "/settings/shipping-providers/serviceability" })}
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
        columns={columnsWith(tracking)}
        filters={filters}
        defaultSort="preference"
        searchHint="Code or name"
        byFacility={false}
        refreshMs={10_000}
        rowTone={(row) => (isTrouble(row) ? "failed" : runsLow(row) ? "attention" : undefined)}
        href={(row) => `/settings/shipping-providers/${row.providerId}`}
        panelTitle={(row) => row.name}
        panel={(row) => <ProviderPanel key={row.providerId} provider={row} notMine={notMine} onChanged={refresh} />}
        empty={{
          title: "No shipping provider",
          cause:
            "Packages that the seller ships need a courier: with AWB numbers that you upload, or asked by its API. Those a channel ships do not.",
          action: create,
        }}
      />
      {making && (
        <Modal opened onClose={() => setMaking(false)} size="lg" title={<strong>New shipping provider</strong>}>
          <DeclaredForm
            fields={[kindField, ...providerFields]}
            submitLabel="Make provider"
            onCancel={() => setMaking(false)}
            onSubmit={async (values) => {
              const { providerId } = await api.post<{ providerId: string }>("/api/v1/shipping-providers", values);
              refresh();
              setMaking(false);
              if (values.kind !== "API") return reportDone("Made. Give it AWB numbers next.");
              reportDone("Made. Enter its account next.");
              await navigate({ to: `/settings/shipping-providers/${providerId}`, search: { view: "account" } });
            }}
          />
        </Modal>
      )}
    </Page>
  );
}
