import { Progress } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import { ConfirmAction, reportDone } from "../../ui/index.ts";
import classes from "./manifest.module.css";
import type { ManifestDetail } from "./manifest-data.ts";

interface Closed {
  readonly dispatched: number;
  readonly stillAsking: boolean;
}

// What the channel says of single parcels, and which lists it made all the same, stands on the page, where it can be acted on.
const toldOnThePage = new Set(["MANIFEST_REFUSED_BY_CHANNEL", "MANIFEST_LISTED_IN_PART", "MANIFEST_NOT_ANSWERED"]);

/** Closes a manifest. Where the channel makes the list, it is asked meanwhile, and what it refuses is shown on the page. */
export function CloseDialog({
  manifest,
  opened,
  onClose,
  onChanged,
}: {
  manifest: ManifestDetail;
  /** It stays mounted: the scan field gets the focus back when it closes. */
  opened: boolean;
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}) {
  const [asking, setAsking] = useState(false);
  const { code, channel, refused } = manifest;
  const packages = plural(manifest.parcels, "package");
  const asks = manifest.listBy === "channel";
  const doubted = manifest.parcelsOn.filter((parcel) => parcel.doubts.length > 0);
  const close = async () => {
    setAsking(asks);
    try {
      const told = await api.post<Closed>(`/api/v1/manifests/${manifest.manifestId}/close`);
      await onChanged();
      if (told.stillAsking) reportDone(`${channel} has not answered yet. This page goes on and shows the answer.`);
      else reportDone(`${plural(told.dispatched, "package")} dispatched. Print the manifest for the courier to sign.`);
    } catch (error) {
      await onChanged();
      if (!toldOnThePage.has(toProblem(error).code)) throw error;
    } finally {
      setAsking(false);
    }
  };
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={`Close manifest ${code}`}
      willHappen={
        <>
          {asks && `${channel} is asked for its list first; where it refuses a package, the manifest stays open. `}
          Closes the manifest and marks {packages} dispatched; channels are told at once. This cannot be undone.
          {refused > 0 && ` ${channel} refused ${plural(refused, "package")} of them before.`}
          {doubted.length > 0 && (
            <span role="alert" className={classes.doubts}>
              {doubted.length === 1 ? "One of them is" : `${doubted.length} of them are`} in doubt and will leave too:{" "}
              {doubted.map(({ code: parcel, doubts }) => `${parcel} (${doubts.join(", ")})`).join("; ")}. Take them off
              first to keep them here.
            </span>
          )}
          {asking && (
            <span role="status" className={classes.asking}>
              <Progress value={100} animated size={6} />
              {channel} is asked for its list. That can take a minute.
            </span>
          )}
        </>
      }
      verb="Close manifest"
      onConfirm={close}
    />
  );
}
