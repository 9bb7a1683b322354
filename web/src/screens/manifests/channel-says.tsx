import { Loader } from "@mantine/core";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { reportDone } from "../../ui/index.ts";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import classes from "./manifest.module.css";
import type { ManifestDetail } from "./manifest-data.ts";

/** Takes every parcel off that the channel refused: they are ready to ship again and go onto another list later. */
export async function takeOffRefused({ manifestId }: ManifestDetail, onChanged: () => Promise<unknown>): Promise<void> {
  const { taken } = await api.post<{ taken: number }>(`/api/v1/manifests/${manifestId}/take-off-refused`);
  await onChanged();
  reportDone(`${plural(taken, "package")} taken off. Keep them back, and close the manifest again.`);
}

export function whyNotTakeOff(manifest: ManifestDetail, may: boolean): string | null {
  if (!may) return "Your role does not include this.";
  return manifest.allowed.includes("takeOffRefused") ? null : "The channel is being asked at this moment.";
}

/** What stands between the manifest and its closing: the channel is being asked, or it did not agree. */
export function ChannelSays({ manifest }: { manifest: ManifestDetail }) {
  const { asking, channel, channelMessage, refused, parcels } = manifest;
  if (asking)
    return (
      <div className={classes.says} data-tone="working" role="status">
        <Loader size={16} />
        <div>
          <strong>{channel} is asked for its list.</strong> That can take a minute. Nothing is added or taken off
          meanwhile; this page shows the answer. It goes on when you leave.
        </div>
      </div>
    );
  if (channelMessage === null) return null;
  return (
    <div className={classes.says} data-tone="failed" role="alert">
      <div className={classes.saysWords}>
        <strong>
          {refused > 0
            ? `${channel} refuses ${refused} of ${plural(parcels, "package")}.`
            : `${channel} did not make its list.`}
        </strong>{" "}
        The manifest stays open here.
        {/* It may also say which lists are made and closed there already. */}
        <div className={classes.saysMore}>{channelMessage}</div>
        {refused > 0 && (
          <div className={classes.saysMore}>
            Each refused package says why below, too: take them off, keep them back, and close again.
          </div>
        )}
      </div>
      <div className={classes.saysActions}>
        <ExchangeButton id={manifest.channelExchangeId} title={`Manifest ${manifest.code}: what was said`} />
      </div>
    </div>
  );
}
