import { Modal } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useFacility, useMay, useSession } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, DeclaredForm, Instant, Page, StateChip } from "../../ui/index.ts";
import { useChannelChoices } from "../shared/choices.ts";
import { returnManifestStates } from "../shared/states.ts";
import type { ReturnManifestRow } from "./return-manifest-data.ts";

const columns: readonly Column<ReturnManifestRow>[] = [
  {
    ...{ id: "code", header: "Return manifest", width: 150, always: true, sort: "code", card: "title" },
    cell: (row) => <Code href={`/return-manifests/${row.returnManifestId}`}>{row.code}</Code>,
  },
  {
    ...{ id: "state", header: "State", width: 110, card: "trailing" },
    cell: (row) => <StateChip state={row.state} table={returnManifestStates} />,
  },
  { id: "courier", header: "Courier", width: 160, grow: true, card: "meta", cell: (row) => row.courier ?? "–" },
  { id: "channel", header: "Channel", width: 150, cell: (row) => row.channel ?? "any" },
  { id: "facility", header: "Facility", width: 90, cell: (row) => row.facility },
  {
    ...{ id: "parcels", header: "Holds", width: 120, align: "right", card: "meta" },
    cell: (row) => plural(row.parcels, "parcel"),
  },
  {
    ...{ id: "unannounced", header: "Not announced", width: 110, align: "right" },
    cell: (row) => (row.unannounced === 0 ? "–" : row.unannounced),
  },
  {
    ...{ id: "createdAt", header: "Made", width: 100, align: "right", sort: "createdAt" },
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Made by", width: 120, hidden: true, cell: (row) => row.createdBy },
  {
    ...{ id: "closedAt", header: "Closed", width: 100, align: "right", sort: "closedAt", card: "meta" },
    cell: (row) => <Instant at={row.closedAt} />,
  },
  { id: "closedBy", header: "Closed by", width: 120, cell: (row) => row.closedBy ?? "–" },
];

/** What couriers bring back, by delivery. */
export function Screen() {
  const may = useMay();
  const channels = useChannelChoices();
  const [making, setMaking] = useState(false);
  const create = (
    <ActionButton
      primary
      label="Create return manifest"
      icon={IconPlus}
      notNow={may("returns.receive") ? null : "Your role does not include receiving returns."}
      onClick={() => setMaking(true)}
    />
  );
  return (
    <Page
      fill
      title="Return manifests"
      line="What a courier brings back at once, announced or not: scanned, closed, and signed for."
      actions={create}
    >
      <DataTable<ReturnManifestRow>
        id="return-manifests"
        endpoint="/api/v1/return-manifests"
        rowId={(row) => row.returnManifestId}
        noun={["return manifest", "return manifests"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "CREATED", label: "Open" },
          { value: "CLOSED", label: "Closed" },
          { value: "DISCARDED", label: "Discarded" },
          { value: "all", label: "All" },
        ]}
        filters={[
          {
            ...{ name: "channelId", label: "Channel", type: "select", single: true },
            options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
            sentence: (_value, label) => label,
          },
        ]}
        searchHint="Return manifest, courier"
        defaultSort="-createdAt"
        href={(row) => `/return-manifests/${row.returnManifestId}`}
        empty={{
          title: "No return manifests",
          cause: "When a courier brings parcels back, make one, scan them into it, and close it for him to sign.",
          action: create,
        }}
      />
      {making && <Create onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Create({ onClose }: { onClose: () => void }) {
  const { facilities } = useSession();
  const chosen = useFacility();
  const channels = useChannelChoices();
  const navigate = useNavigate();
  return (
    <Modal opened onClose={onClose} title={<strong>Create return manifest</strong>}>
      <DeclaredForm
        fields={[
          {
            ...{ name: "facilityId", label: "Facility", type: "select", required: true },
            options: facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
            help: "Where the parcels are brought to.",
          },
          {
            ...{ name: "courier", label: "Courier", type: "text", lengthMax: 100 },
            help: "Who brings them, as he signs.",
          },
          {
            ...{ name: "channelId", label: "Channel", type: "select" },
            options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
            help: "Empty: parcels of any channel. Else only its own are taken.",
          },
        ]}
        initial={{ facilityId: chosen.id ?? (facilities.length === 1 ? (facilities[0]?.id ?? null) : null) }}
        submitLabel="Create return manifest"
        onCancel={onClose}
        onSubmit={async ({ facilityId, courier, channelId }) => {
          const made = await api.post<{ returnManifestId: string }>("/api/v1/return-manifests", {
            ...{ facilityId, courier: courier === "" ? null : courier, channelId },
          });
          await navigate({ to: `/return-manifests/${made.returnManifestId}` });
        }}
      />
    </Modal>
  );
}
