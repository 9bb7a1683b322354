import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ConfirmAction, reportDone, Station, type Verdict } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import classes from "./grn.module.css";
import { type GrnDetail, leftOf } from "./grn-data.tsx";

const reasons = ["Damaged", "Wrong product", "Wrong size or colour", "Parts missing", "Expired"];

interface Scanned {
  readonly sku: string;
  readonly accepted: number;
  readonly rejected: number;
  readonly left: number;
}

/** The desk where goods are counted: each scan is one piece, accepted or rejected; then the receipt is finished. */
export function Desk({
  grn,
  reading,
  onChanged,
}: {
  grn: GrnDetail;
  reading: boolean;
  onChanged: () => Promise<unknown>;
}) {
  const may = useMay();
  const [rejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState("");
  const [finishing, setFinishing] = useState(false);
  const scan = (code: string, rejects: boolean, takeBack: boolean) =>
    api.post<Scanned>(`/api/v1/grns/${grn.grnId}/scan`, {
      code,
      verdict: rejects ? "rejected" : "accepted",
      reason: rejects && !takeBack ? reason : null,
      takeBack,
    });
  const submit = async (code: string): Promise<Verdict> => {
    const rejects = rejecting;
    const done = await scan(code, rejects, false);
    // Not awaited: the next scan does not wait for the list below to be drawn.
    void onChanged();
    return {
      sound: rejects ? "warn" : "good",
      title: `${done.sku} ${rejects ? "rejected" : "accepted"}`,
      detail: `${done.accepted} accepted, ${done.rejected} rejected, ${done.left} to come`,
      undo: async () => {
        const back = await scan(code, rejects, true);
        void onChanged();
        return { sound: "warn", title: `${back.sku} taken back`, detail: `${back.left} to come` };
      },
    };
  };
  const counted = grn.accepted + grn.rejected;
  const notMine = may("grn.receive") ? null : "Your role does not include receiving goods.";
  const next = grn.lines.find((line) => leftOf(line) > 0);
  return (
    <>
      <div className={classes.mode} data-rejecting={rejecting || undefined}>
        <strong>{rejecting ? "Scanned pieces are rejected" : "Scanned pieces are accepted"}</strong>
        {rejecting && <Reasons reason={reason} onChange={setReason} />}
      </div>
      <Station
        prompt={rejecting ? "Scan a piece that is rejected" : "Scan a piece: SKU or the vendor’s code"}
        submit={submit}
        reading={reading}
        progress={`${plural(counted, "piece")} counted`}
        keys={[
          {
            key: "F6",
            label: rejecting ? "Accept pieces" : "Reject pieces",
            notNow: notMine,
            onPress: () => setRejecting(!rejecting),
          },
          {
            key: "F4",
            label: "Finish",
            primary: true,
            notNow: notMine ?? (counted === 0 ? "Nothing is counted yet." : null),
            onPress: () => setFinishing(true),
          },
        ]}
        expected={next === undefined ? undefined : <Expected line={next} />}
      />
      <Finish grn={grn} opened={finishing} onClose={() => setFinishing(false)} onChanged={onChanged} />
    </>
  );
}

/**
 * Why pieces are rejected: by a press, which leaves the scan field listening. Only words of one's own are typed, and Enter
 * goes back to scanning: a code scanned into them would become the reason.
 */
function Reasons({ reason, onChange }: { reason: string; onChange: (reason: string) => void }) {
  const [own, setOwn] = useState(false);
  return (
    <fieldset className={classes.reasons} aria-label="Why they are rejected">
      {reasons.map((each) => (
        <Button
          key={each}
          size="xs"
          variant={!own && reason === each ? "filled" : "default"}
          aria-pressed={!own && reason === each}
          onClick={() => {
            setOwn(false);
            onChange(each);
          }}
        >
          {each}
        </Button>
      ))}
      {own ? (
        <TextInput
          size="xs"
          className={classes.reason}
          aria-label="Another reason"
          placeholder="Why? The vendor is told."
          maxLength={200}
          autoFocus
          value={reason}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
      ) : (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            setOwn(true);
            onChange("");
          }}
        >
          Another reason
        </Button>
      )}
    </fieldset>
  );
}

function Expected({ line }: { line: GrnDetail["lines"][number] }) {
  return (
    <div className={classes.expected}>
      <Thumb name={line.name} imageUrl={line.imageUrl} size={64} />
      <div>
        <div className={classes.next}>To come</div>
        <strong>
          {leftOf(line)} × {line.name}
        </strong>
        <div>
          <code>{line.sku}</code>
          {line.vendorSku !== null && <code> {line.vendorSku}</code>}
        </div>
      </div>
    </div>
  );
}

function Finish({
  grn,
  opened,
  onClose,
  onChanged,
}: {
  grn: GrnDetail;
  opened: boolean;
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}) {
  const left = grn.lines.reduce((sum, line) => sum + leftOf(line), 0);
  const { accepted, rejected, code, order } = grn;
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={`Finish ${code}`}
      willHappen={`Takes ${plural(accepted + rejected, "piece")} into the house: ${accepted} accepted, ${rejected} rejected. They wait for putaway and are not sold before. ${
        left > 0
          ? `Of ${order}, ${plural(left, "piece")} then ${left === 1 ? "is" : "are"} still to come.`
          : `All of ${order} has then come.`
      } The counts cannot be changed after that.`}
      verb="Finish receipt"
      onConfirm={async () => {
        const done = await api.post<{ units: number; rejected: number }>(`/api/v1/grns/${grn.grnId}/finish`);
        await onChanged();
        reportDone(`${plural(done.units, "piece")} wait for putaway.`);
      }}
    />
  );
}
