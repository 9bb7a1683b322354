import { formatCount, plural } from "../../lib/format.ts";
import { Section, StateChip, type StateTable } from "../../ui/index.ts";
import classes from "./manifest.module.css";
import type { ManifestDetail } from "./manifest-data.ts";

/** What came of telling the channel that a parcel was handed over. */
export const noticeStates: StateTable = {
  PENDING: { word: "Being told", tone: "working" },
  SENT: { word: "Told", tone: "done" },
  REFUSED: { word: "Refused", tone: "failed" },
  PAUSED: { word: "Paused", tone: "attention" },
  NOT_SENT: { word: "Not sent", tone: "waiting" },
  UNKNOWN: { word: "No clear answer", tone: "attention" },
};

const meaning: Readonly<Record<string, string>> = {
  PENDING: "on their way to the channel",
  SENT: "taken by the channel",
  REFUSED: "refused by the channel: see each parcel's reason, repair it and repeat the notice",
  PAUSED: "wait for a person, after an answer that was not a success",
  NOT_SENT: "not sent, since the channel's setting has it so",
  UNKNOWN: "sent without a clear answer; the channel is asked before it is sent again",
};
const order = ["REFUSED", "PAUSED", "UNKNOWN", "PENDING", "NOT_SENT", "SENT"];

/** Telling the channel is a separate outcome: the parcels are dispatched whatever it answers. */
export function Notices({ manifest }: { manifest: ManifestDetail }) {
  const counts = order.flatMap((state) => {
    const count = manifest.notices[state] ?? 0;
    return count === 0 ? [] : [{ state, count }];
  });
  return (
    <Section
      title="Telling the channel"
      line={
        manifest.thirdPartyShipping
          ? "The parcels are dispatched; this is what came of telling the channel that they left."
          : "The parcels are dispatched; this is what came of telling the channel courier, AWB, invoice number and date."
      }
    >
      {counts.length === 0 ? (
        <p className={classes.notice}>This channel takes no notice of a dispatch, so none was sent.</p>
      ) : (
        <ul className={classes.notices} aria-live="polite">
          {counts.map(({ state, count }) => (
            <li key={state}>
              <StateChip state={state} table={noticeStates} />
              <span>
                <strong>{formatCount(count)}</strong> of {plural(manifest.parcels, "package")} {meaning[state]}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
