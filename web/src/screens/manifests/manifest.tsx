import { IconPrinter, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount, plural } from "../../lib/format.ts";
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
  StateChip,
  Station,
  type Verdict,
} from "../../ui/index.ts";
import { manifestStates } from "../shared/states.ts";
import { type PdfRequest, usePdf } from "../shared/use-pdf.tsx";
import { ChannelSays, takeOffRefused, whyNotTakeOff } from "./channel-says.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import { Files } from "./files.tsx";
import classes from "./manifest.module.css";
import type { ManifestDetail } from "./manifest-data.ts";
import { Notices } from "./notices.tsx";
import { Parcels } from "./parcels.tsx";
import { TakenOff } from "./taken-off.tsx";

/** Something comes by itself soon: the channel's answer, its files, what became of the notices. The page looks again soon. */
function onTheirWay(manifest: ManifestDetail | undefined): boolean {
  if (manifest === undefined) return false;
  if (manifest.asking) return true;
  if (manifest.state !== "CLOSED") return false;
  return (manifest.notices.PENDING ?? 0) > 0 || manifest.files.some((file) => file.state === "WAITING");
}

/** A manifest: parcels are scanned in, and closing it hands them over. */
export function Screen() {
  const { manifestId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery({
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
          <StateChip state={data.asking ? "ASKING" : data.state} table={manifestStates} size="md" />
        </>
      }
      line={
        <>
          {data.channelName} · {data.courier} · {data.facility}
          {data.state === "CREATED" && data.listBy === "channel" && ` · ${data.channel} makes the list when it closes`}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<ManifestActions manifest={data} onChanged={changed} />}
    >
      <TakenOff manifest={data} onChanged={changed} />
      {data.state === "CREATED" ? (
        <>
          <ChannelSays manifest={data} />
          <ManifestStation manifest={data} reading={isFetching} onChanged={changed} />
        </>
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
          {data.state === "CLOSED" && <Files manifest={data} onChanged={changed} />}
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
        onClick={() => pdf.open(`Manifest ${code}`, printsOf(manifest))}
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

/** Our own list, and before it the channel's where all of it is here, and couriers' own. */
function printsOf({ manifestId, channel, files }: ManifestDetail): readonly PdfRequest[] {
  const path = `/api/v1/manifests/${manifestId}/pdf`;
  const own = { label: "Own list", path: `${path}?list=own` };
  const ofChannel = files.filter(({ providerId }) => providerId === null);
  const here = ofChannel.length > 0 && ofChannel.every((file) => file.state === "STORED");
  const ofCouriers = files
    .filter(({ providerId, state }) => providerId !== null && state === "STORED")
    .map(({ courier, manifestFileId }) => ({
      label: `${courier}'s manifest`,
      path: `/api/v1/manifests/${manifestId}/files/${manifestFileId}/pdf`,
    }));
  return [...(here ? [{ label: `${channel}'s list`, path: `${path}?list=channel` }] : []), ...ofCouriers, own];
}

/** The open manifest as a station: scan, verdict, undo, close. */
function ManifestStation({ manifest, reading, onChanged }: Part & { reading: boolean }) {
  const may = useMay();
  const [closing, setClosing] = useState(false);
  const { manifestId, parcels, parcelsMax, refused } = manifest;
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
  const notNow = whyNotClose(manifest, may("manifests.manage"));
  const packages = plural(parcels, "package");
  return (
    <>
      <Station
        prompt="Scan a label: AWB, package or order"
        submit={submit}
        reading={reading}
        progress={
          <span className={classes.progress} data-full={parcels >= parcelsMax || undefined}>
            {packages} on it{manifest.listBy === "channel" && ` of ${formatCount(parcelsMax)} at most`}
          </span>
        }
        keys={[
          ...(refused > 0
            ? [
                {
                  key: "F6",
                  label: `Take off the refused (${refused})`,
                  primary: true,
                  notNow: whyNotTakeOff(manifest, may("manifests.manage")),
                  onPress: () => takeOffRefused(manifest, onChanged),
                },
              ]
            : []),
          { key: "F4", label: "Close manifest", primary: refused === 0, notNow, onPress: () => setClosing(true) },
        ]}
      />
      <CloseDialog manifest={manifest} opened={closing} onClose={() => setClosing(false)} onChanged={onChanged} />
    </>
  );
}

const beingAsked = ({ channel }: ManifestDetail): string =>
  `${channel} is asked for its list at this moment; it goes on when the answer is here.`;

function whyNotClose(manifest: ManifestDetail, may: boolean): string | null {
  if (!may) return "Your role does not include closing manifests.";
  if (manifest.asking) return beingAsked(manifest);
  return manifest.parcels === 0 ? "Scan parcels into it first." : null;
}
