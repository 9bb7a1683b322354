import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { ConfirmAction, reportDone, Station, type StationKey, type Verdict } from "../../ui/index.ts";
import { type LookUp, syncWords } from "../returns/desk-state.ts";
import type { ReturnManifest, ScannedParcel } from "./return-manifest-data.ts";
import classes from "./return-manifests.module.css";

/** A scan that nobody announced, until a person has decided about it. */
interface Held {
  readonly code: string;
  readonly synced: string | null;
}

/** The open return manifest as a station: what is announced goes on at once, what is not waits for a person's word. */
export function ReturnStation({
  manifest,
  reading,
  onChanged,
}: {
  manifest: ReturnManifest;
  reading: boolean;
  onChanged: () => Promise<unknown>;
}) {
  const may = useMay();
  const [closing, setClosing] = useState(false);
  const [said, say] = useState<Verdict | null>(null);
  const [held, setHeld] = useState<readonly Held[]>([]);
  const { returnManifestId, parcels, unannounced, facilityId } = manifest;
  const drop = (code: string) => setHeld((now) => now.filter((each) => each.code !== code));

  const put = async (code: string, sure: boolean): Promise<Verdict> => {
    const put = await api.post<ScannedParcel>(`/api/v1/return-manifests/${returnManifestId}/scan`, {
      ...{ code, unannounced: sure },
    });
    drop(code);
    // Not awaited: the next scan does not wait for the list below to be drawn.
    void onChanged();
    return {
      sound: put.announced ? "good" : "warn",
      title: `${put.package} is on it`,
      detail: `${plural(put.units, "unit")} of order ${put.order}, ${put.channel}. ${put.announced ? "" : "Nobody had announced it."}`,
      undo: async () => {
        await api.post(`/api/v1/return-manifests/${returnManifestId}/take-off`, {
          packageIds: [put.shippingPackageId],
        });
        void onChanged();
        return { sound: "warn", title: `${put.package} taken off`, detail: "It is as it was before the scan." };
      },
    };
  };
  const submit = async (code: string): Promise<Verdict> => {
    try {
      return await put(code, false);
    } catch (error) {
      const { code: refusal, message } = toProblem(error);
      if (refusal !== "RETURN_NOT_ANNOUNCED") throw error;
      setHeld((now) => [...now.filter((each) => each.code !== code), { code, synced: null }]);
      return {
        sound: "warn",
        title: message,
        detail: "It is kept below. Sync its status first: F3. Or take it as it is: F6.",
      };
    }
  };
  const [first] = held;
  const spoken = async (work: () => Promise<Verdict>) => {
    try {
      say(await work());
    } catch (error) {
      const { message, whatToDo } = toProblem(error);
      say({ sound: "bad", title: message, ...(whatToDo === undefined ? {} : { detail: whatToDo }) });
    }
  };
  const sync = (code: string) =>
    spoken(async () => {
      const found = await api.get<LookUp>("/api/v1/returns/look-up", { code, facilityId });
      const meant = found.candidates.find((each) => each.shippingPackageId === found.meant) ?? found.candidates[0];
      const answer = await api.post<Parameters<typeof syncWords>[0]>(
        `/api/v1/orders/${meant?.saleOrderId}/sync-status`,
      );
      const words = syncWords(answer);
      setHeld((now) => now.map((each) => (each.code === code ? { code, synced: words } : each)));
      const verdict = await submit(code);
      return { ...verdict, detail: `${words} ${verdict.detail ?? ""}` };
    });
  const notMine = may("returns.receive") ? null : "Your role does not include receiving returns.";
  const none = first === undefined ? "Nothing that nobody announced waits here." : null;
  const keys: StationKey[] = [
    {
      ...{ key: "F3", label: "Sync status now", primary: first !== undefined && first.synced === null },
      notNow: notMine ?? none,
      onPress: () => first !== undefined && sync(first.code),
    },
    {
      ...{ key: "F6", label: "Take it as it is", primary: first !== undefined && first.synced !== null },
      notNow: notMine ?? none,
      onPress: () => first !== undefined && spoken(() => put(first.code, true)),
    },
    {
      key: "F7",
      label: "Leave it out",
      notNow: none,
      onPress: () => {
        if (first === undefined) return;
        drop(first.code);
        say({ sound: "warn", title: `${first.code} is left out`, detail: "It is not on this return manifest." });
      },
    },
    {
      ...{ key: "F4", label: "Close return manifest", primary: held.length === 0 },
      notNow:
        notMine ??
        (held.length > 0
          ? `Decide first about ${held.map((each) => each.code).join(", ")}.`
          : parcels === 0
            ? "Scan parcels into it first."
            : null),
      onPress: () => setClosing(true),
    },
  ];
  return (
    <>
      <Station
        prompt="Scan what came back: any AWB, package or order"
        submit={submit}
        said={said}
        reading={reading}
        progress={
          <>
            {plural(parcels, "parcel")} on it{unannounced > 0 && `, ${unannounced} not announced`}
          </>
        }
        keys={keys}
        expected={
          held.length > 0 && (
            <ul className={classes.held} aria-label="Scanned, and not announced">
              {held.map(({ code, synced }) => (
                <li key={code}>
                  <code>{code}</code>
                  <span>{synced ?? "Nobody announced it."}</span>
                </li>
              ))}
            </ul>
          )
        }
      />
      <Close manifest={manifest} opened={closing} onClose={() => setClosing(false)} onChanged={onChanged} />
    </>
  );
}

function Close({
  manifest,
  opened,
  onClose,
  onChanged,
}: {
  manifest: ReturnManifest;
  opened: boolean;
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}) {
  const missing = manifest.parcelsOn.reduce((sum, parcel) => sum + parcel.missing, 0);
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={`Close return manifest ${manifest.code}`}
      verb="Close return manifest"
      willHappen={`Receives ${plural(manifest.parcels, "parcel")} in ${manifest.facility}: their units wait under Courier Returned Items, and channels are told where they ask for it.${
        missing > 0 ? ` Missing: ${plural(missing, "unit")}, for a person to decide about.` : ""
      } This cannot be undone.`}
      onConfirm={async () => {
        const done = await api.post<{ parcels: number; units: number }>(
          `/api/v1/return-manifests/${manifest.returnManifestId}/close`,
        );
        await onChanged();
        reportDone(`Received: ${plural(done.units, "unit")}. Print the return manifest for the courier to sign.`);
      }}
    />
  );
}
