import { Modal } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay, useSession } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  Code,
  type Column,
  ConfirmAction,
  DataTable,
  DeclaredForm,
  Facts,
  Instant,
  Page,
  reportDone,
  Section,
  Tabs,
} from "../../ui/index.ts";
import { useChannelChoices } from "../shared/choices.ts";

type Kind = "RTO" | "CIR";

/** A row of `GET /api/v1/return-routes`. */
interface ReturnRoute {
  readonly returnRouteId: string;
  readonly channelId: string;
  readonly channel: string;
  readonly dispatchFacilityId: string;
  readonly dispatchFacility: string;
  readonly kind: Kind;
  readonly returnFacilityId: string;
  readonly returnFacility: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

const columns: readonly Column<ReturnRoute>[] = [
  {
    ...{ id: "channel", header: "Channel", width: 200, grow: true, always: true, sort: "channel", card: "title" },
    cell: (row) => row.channel,
  },
  {
    ...{ id: "dispatch", header: "Dispatch facility", width: 160, card: "meta" },
    cell: (row) => <Code>{row.dispatchFacility}</Code>,
  },
  {
    ...{ id: "return", header: "Return facility", width: 160, card: "trailing" },
    cell: (row) => <Code>{row.returnFacility}</Code>,
  },
  {
    ...{ id: "createdAt", header: "Added", width: 110, align: "right", sort: "createdAt" },
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Added by", width: 140, cell: (row) => row.createdBy },
];

/** Where what left from a facility for a channel comes back to, by type of return. */
export function Screen() {
  const may = useMay();
  const [params] = useUrlState();
  const kind: Kind = params.type === "CIR" ? "CIR" : "RTO";
  const [adding, setAdding] = useState(false);
  const add = (
    <ActionButton
      primary
      label="Add Return Mapping"
      icon={IconPlus}
      notNow={may("channels.manage") ? null : "Your roles do not include managing channels."}
      onClick={() => setAdding(true)}
    />
  );
  return (
    <Page
      fill
      title="Channel Return Facility Mapping"
      line="Where returns come back to, by channel and the facility they left from. Without a mapping: where they left from."
      actions={add}
    >
      <Tabs
        param="type"
        tabs={[
          { value: "RTO", label: "RTO" },
          { value: "CIR", label: "CIR" },
        ]}
      />
      {kind === "RTO" && <Anywhere />}
      <DataTable<ReturnRoute>
        key={kind}
        id={`return-routes-${kind}`}
        endpoint="/api/v1/return-routes"
        fixed={{ kind }}
        byFacility={false}
        rowId={(row) => row.returnRouteId}
        noun={["mapping", "mappings"]}
        columns={columns}
        defaultSort="channel"
        panelTitle={(row) => `${row.channel}, left from ${row.dispatchFacility}`}
        panel={(row) => <Panel key={row.returnRouteId} row={row} />}
        empty={{
          title: `No ${kind} mapping`,
          cause:
            kind === "RTO"
              ? "A parcel that is not delivered comes back to the facility it left from."
              : "What a customer sends back comes to the facility it left from.",
          action: add,
        }}
      />
      {adding && <Add kind={kind} onClose={() => setAdding(false)} />}
    </Page>
  );
}

interface Tenant {
  readonly settings: readonly { readonly name: string; readonly value: unknown }[];
}

/** Whether RTO parcels may be received elsewhere than mapped: said here, switched under Tenant. */
function Anywhere() {
  const { data } = useQuery({
    queryKey: ["tenant"],
    queryFn: ({ signal }) => api.get<Tenant>("/api/v1/tenant", {}, signal),
  });
  const setting = data?.settings.find((each) => each.name === "returns.courierReturnAnywhere");
  if (setting === undefined) return null;
  return (
    <p style={{ margin: "10px 0 4px", color: "var(--g-text-2)", fontSize: 13 }}>
      {setting.value === true
        ? "Courier Return allowed in any warehouse is on: the mapping says where parcels are expected, and any facility may receive them. "
        : "Courier Return allowed in any warehouse is off: only the mapped facility receives them. "}
      <Link to="/settings/tenant">Settings &gt; Tenant</Link>
    </p>
  );
}

function useFacilityOptions() {
  return useSession().facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }));
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["list", "/api/v1/return-routes"] });
}

function Add({ kind, onClose }: { kind: Kind; onClose: () => void }) {
  const channels = useChannelChoices();
  const facilities = useFacilityOptions();
  const refresh = useRefresh();
  const [, change] = useUrlState();
  return (
    <Modal opened onClose={onClose} title={<strong>Add Return Mapping</strong>}>
      <DeclaredForm
        fields={[
          {
            ...{ name: "channelId", label: "Channel", type: "select", required: true },
            options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
          },
          {
            ...{ name: "dispatchFacilityId", label: "Dispatch Facility", type: "select", required: true },
            ...{ options: facilities, help: "Where the parcel left from." },
          },
          {
            ...{ name: "returnFacilityId", label: "Return Facility", type: "select", required: true },
            ...{ options: facilities, help: "Where it comes back to." },
          },
          {
            ...{ name: "kind", label: "Return Type", type: "select", required: true },
            options: [
              { value: "RTO", label: "RTO: not delivered" },
              { value: "CIR", label: "CIR: the customer sends it back" },
            ],
          },
        ]}
        initial={{ kind, channelId: channels.length === 1 ? (channels[0]?.channelId ?? null) : null }}
        submitLabel="Add Return Mapping"
        onCancel={onClose}
        onSubmit={async (given) => {
          await api.post("/api/v1/return-routes", given);
          await refresh();
          reportDone("The mapping holds from now on.");
          change({ type: given.kind === "CIR" ? "CIR" : null });
          onClose();
        }}
      />
    </Modal>
  );
}

function Panel({ row }: { row: ReturnRoute }) {
  const may = useMay();
  const facilities = useFacilityOptions();
  const refresh = useRefresh();
  const [asking, setAsking] = useState<"change" | "remove" | null>(null);
  const notNow = may("channels.manage") ? null : "Your roles do not include managing channels.";
  const path = `/api/v1/return-routes/${row.returnRouteId}`;
  return (
    <>
      <div style={{ display: "flex", gap: 8, marginBottom: 12 }}>
        <ActionButton label="Change" icon={IconPencil} notNow={notNow} onClick={() => setAsking("change")} />
        <ActionButton danger label="Remove" icon={IconTrash} notNow={notNow} onClick={() => setAsking("remove")} />
      </div>
      <Facts
        facts={[
          ["Channel", row.channel],
          ["Left from", row.dispatchFacility],
          ["Return type", row.kind],
          ["Comes back to", row.returnFacility],
          ["Added", <Instant key="added" at={row.createdAt} />],
          ["Added by", row.createdBy],
        ]}
      />
      {asking === "change" && (
        <Section title="Where it comes back to">
          <DeclaredForm
            fields={[
              {
                ...{ name: "returnFacilityId", label: "Return Facility", type: "select", required: true },
                options: facilities,
              },
            ]}
            initial={{ returnFacilityId: row.returnFacilityId }}
            submitLabel="Save"
            onCancel={() => setAsking(null)}
            onSubmit={async (given) => {
              await api.put(path, given);
              await refresh();
              setAsking(null);
              reportDone("The mapping is changed.");
            }}
          />
        </Section>
      )}
      <ConfirmAction
        danger
        opened={asking === "remove"}
        onClose={() => setAsking(null)}
        title={`Remove the ${row.kind} mapping of ${row.channel}`}
        verb="Remove mapping"
        willHappen={`What left from ${row.dispatchFacility} comes back there again. Returns that are announced already follow at once.`}
        onConfirm={async () => {
          await api.del(path);
          await refresh();
        }}
      />
    </>
  );
}
