import { IconPrinter, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  AsOf,
  Code,
  ConfirmAction,
  Facts,
  Instant,
  Page,
  Refusal,
  reportDone,
  StateChip,
  Station,
  type Verdict,
} from "../../ui/index.ts";
import { manifestStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import classes from "./manifest.module.css";
import type { ManifestDetail } from "./manifest-data.ts";
import { Notices } from "./notices.tsx";
import { Parcels } from "./parcels.tsx";

/** Notices are still on their way: the page looks again soon. */
const onTheirWay = (manifest: ManifestDetail | undefined): boolean =>
  manifest?.state === "CLOSED" && (manifest.notices.PENDING ?? 0) > 0;

/** A manifest: parcels are scanned in, and closing it hands them over. */
export function Screen() {
  const { manifestId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ["manifest", manifestId],
    queryFn: ({ signal }) => api.get<ManifestDetail>(`/api/v1/manifests/${manifestId}`, {}, signal),
    refetchInterval: (query) => (onTheirWay(query.state.data) ? 1_500 : 10_000),
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/manifests", label: "Manifests" };
  if (data === undefined)
    return (
      <Page title="Manifest" back={back}>
        {error === null ? <p role="status">Reading the manifest…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={manifestStates} size="md" />
        </>
      }
      line={
        <>
          {data.channelName} · {data.courier} · {data.facility}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<ManifestActions manifest={data} onChanged={changed} />}
    >
      {data.state === "CREATED" ? (
        <ManifestStation manifest={data} onChanged={changed} />
      ) : (
        <>
          <Facts
            facts={[
              ["Made", <Instant key="made" at={data.createdAt} />],
              ["Made by", data.createdBy],
              ["Closed", <Instant key="closed" at={data.closedAt} />],
              ["Closed by", data.closedBy ?? "–"],
            ]}
          />
          {data.state === "CLOSED" && <Notices manifest={data} />}
        </>
      )}
      <Parcels manifest={data} onChanged={changed} />
    </Page>
  );
}

interface Part {
  readonly manifest: ManifestDetail;
  readonly onChanged: () => Promise<unknown>;
}

function ManifestActions({ manifest, onChanged }: Part) {
  const may = useMay();
  const navigate = useNavigate();
  const pdf = usePdf();
  const [discarding, setDiscarding] = useState(false);
  const { manifestId, code, state, parcels } = manifest;
  return (
    <>
      <ActionButton
        label="Print manifest"
        icon={IconPrinter}
        notNow={parcels === 0 ? "There are no parcels on it yet." : null}
        onClick={() => pdf.open(`Manifest ${code}`, [{ label: code, path: `/api/v1/manifests/${manifestId}/pdf` }])}
      />
      {state === "CREATED" && (
        <ActionButton
          danger
          label="Discard"
          icon={IconTrash}
          notNow={
            may("manifests.manage")
              ? parcels > 0
                ? "Take its parcels off first; only an empty manifest is discarded."
                : null
              : "Your role does not include this."
          }
          onClick={() => setDiscarding(true)}
        />
      )}
      <ConfirmAction
        opened={discarding}
        onClose={() => setDiscarding(false)}
        danger
        title={`Discard manifest ${code}`}
        willHappen="The empty manifest is put away under Discarded and takes no more parcels. This cannot be undone."
        verb="Discard manifest"
        onConfirm={async () => {
          await api.post(`/api/v1/manifests/${manifestId}/discard`);
          await onChanged();
          await navigate({ to: "/manifests" });
        }}
      />
      {pdf.preview}
    </>
  );
}

/** The open manifest as a station: scan, verdict, undo, close. */
function ManifestStation({ manifest, onChanged }: Part) {
  const may = useMay();
  const [closing, setClosing] = useState(false);
  const { manifestId, code, parcels } = manifest;
  const takeOff = async (parcel: { id: string; code: string }): Promise<Verdict> => {
    await api.post(`/api/v1/manifests/${manifestId}/take-off`, { packageIds: [parcel.id] });
    await onChanged();
    return { sound: "warn", title: `${parcel.code} taken off`, detail: "It is ready to ship again." };
  };
  const submit = async (scanned: string): Promise<Verdict> => {
    const added = await api.post<{ shippingPackageId: string; package: string; order: string }>(
      `/api/v1/manifests/${manifestId}/scan`,
      { code: scanned },
    );
    // Not awaited: the next scan does not wait for the list below to be drawn.
    void onChanged();
    return {
      sound: "good",
      title: `${added.package} added`,
      detail: `Order ${added.order}`,
      undo: () => takeOff({ id: added.shippingPackageId, code: added.package }),
    };
  };
  const notNow = may("manifests.manage")
    ? parcels === 0
      ? "Scan parcels into it first."
      : null
    : "Your role does not include closing manifests.";
  const packages = plural(parcels, "package");
  return (
    <>
      <Station
        prompt="Scan a label: AWB, package or order"
        submit={submit}
        progress={<span className={classes.progress}>{packages} on it</span>}
        keys={[{ key: "F4", label: "Close manifest", primary: true, notNow, onPress: () => setClosing(true) }]}
      />
      <ConfirmAction
        opened={closing}
        onClose={() => setClosing(false)}
        title={`Close manifest ${code}`}
        willHappen={`Closes the manifest and marks ${packages} dispatched; channels are told at once. This cannot be undone.`}
        verb="Close manifest"
        onConfirm={async () => {
          const { dispatched } = await api.post<{ dispatched: number }>(`/api/v1/manifests/${manifestId}/close`);
          await onChanged();
          reportDone(`${plural(dispatched, "package")} dispatched. Print the manifest for the courier to sign.`);
        }}
      />
    </>
  );
}
