import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, reportDone, reportProblem } from "../../ui/index.ts";
import classes from "./manifest.module.css";
import type { ManifestDetail, RemovedParcel } from "./manifest-data.ts";

/**
 * What the channel took off the manifest and nobody has said to have seen: cancelled parcels have to be kept back, on a manifest
 * that is closed too, and those that left from the panel are not to be looked for.
 */
export function TakenOff({ manifest, onChanged }: { manifest: ManifestDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const unseen = manifest.removed.filter((parcel) => parcel.seenAt === null);
  if (unseen.length === 0) return null;
  const cancelled = unseen.filter((parcel) => parcel.why === "CANCELLED");
  const left = unseen.filter((parcel) => parcel.why === "ADOPTED");
  const see = async () => {
    try {
      const { seen } = await api.post<{ seen: number }>(`/api/v1/manifests/${manifest.manifestId}/removed/seen`);
      await onChanged();
      reportDone(`${plural(seen, "package")} seen.`);
    } catch (error) {
      reportProblem(error, "Say that it was seen");
    }
  };
  return (
    <div className={classes.says} data-tone={cancelled.length > 0 ? "failed" : "working"} role="alert">
      <div className={classes.saysWords}>
        {cancelled.length > 0 && (
          <div>
            <strong>
              {manifest.channel} cancelled <Packages of={cancelled} />: keep {themOrIt(cancelled)} back.
            </strong>{" "}
            Taken off this manifest; the goods wait under Putaway.
            {manifest.state !== "CREATED" && (
              <div className={classes.saysMore}>
                The manifest is {manifest.state.toLowerCase()}: look in the courier’s pile before he takes it. What he
                has taken he must bring back.
              </div>
            )}
          </div>
        )}
        {left.length > 0 && (
          <div>
            <strong>
              <Packages of={left} /> left from the panel of {manifest.channel}.
            </strong>{" "}
            Taken off this manifest: nothing to hand over.
          </div>
        )}
      </div>
      <div className={classes.saysActions}>
        <ActionButton
          label="Seen"
          notNow={may("manifests.manage") ? null : "Your role does not include this."}
          onClick={see}
        />
      </div>
    </div>
  );
}

const themOrIt = (parcels: readonly RemovedParcel[]): string => (parcels.length === 1 ? "it" : "them");

function Packages({ of }: { of: readonly RemovedParcel[] }) {
  return of.map((parcel, i) => (
    <span key={parcel.shippingPackageId}>
      {i > 0 && ", "}
      <Code href={`/shipments/${parcel.package}`}>{parcel.package}</Code>
    </span>
  ));
}
