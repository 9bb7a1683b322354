import { Modal } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ActionButton, Refusal, reportDone, Station, type Verdict } from "../../ui/index.ts";
import classes from "./picklist.module.css";
import type { PicklistDetail } from "./picklist-data.ts";

/** Receives what was fetched: whole, or piece by piece where the facility traces what passes. */
export function Receive({
  picklist,
  onClose,
  onDone,
}: {
  picklist: PicklistDetail;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const [scanned, setScanned] = useState<Readonly<Record<string, number>>>({});
  const [refused, setRefused] = useState<unknown>(null);
  const wanted = new Map<string, number>();
  for (const line of picklist.toFetch) wanted.set(line.sku, (wanted.get(line.sku) ?? 0) + line.quantity);
  const total = [...wanted.values()].reduce((a, b) => a + b, 0);
  const count = Object.values(scanned).reduce((a, b) => a + b, 0);

  // Kept here until received: a scan of this list is judged by the list, the server judges the sum.
  const submit = async (code: string): Promise<Verdict> => {
    const sku = [...wanted.keys()].find((each) => each.toUpperCase() === code.toUpperCase());
    if (sku === undefined)
      return {
        sound: "bad",
        title: `${code} is not on this list`,
        detail: "Keep it apart: it was fetched by mistake.",
      };
    const have = (scanned[sku] ?? 0) + 1;
    const need = wanted.get(sku) ?? 0;
    if (have > need) return { sound: "bad", title: `One ${sku} too many`, detail: `The list asks for ${need}.` };
    setScanned((now) => ({ ...now, [sku]: (now[sku] ?? 0) + 1 }));
    return {
      sound: "good",
      title: `${sku}: ${have} of ${need}`,
      undo: async () => {
        setScanned((now) => ({ ...now, [sku]: Math.max(0, (now[sku] ?? 0) - 1) }));
        return { sound: "warn", title: `${sku} taken back` };
      },
    };
  };
  const receive = async (body: { scanned: readonly { code: string; quantity: number }[] | null }) => {
    setRefused(null);
    try {
      const { received } = await api.post<{ received: number }>(
        `/api/v1/picklists/${picklist.picklistId}/receive`,
        body,
      );
      await onDone();
      reportDone(`${plural(received, "package")} picked: invoice them next.`);
      onClose();
    } catch (error) {
      setRefused(error); // shown in place: what was scanned stays
    }
  };
  const pieces = Object.entries(scanned)
    .filter(([, quantity]) => quantity > 0)
    .map(([code, quantity]) => ({ code, quantity }));
  return (
    <Modal opened onClose={onClose} size="xl" title={<strong>Receive picklist {picklist.code}</strong>}>
      <Station
        prompt="Scan each piece (SKU)"
        submit={submit}
        progress={`${count} of ${plural(total, "piece")}`}
        expected={
          <ul className={classes.expected}>
            {[...wanted].map(([sku, need]) => (
              <li key={sku} data-done={(scanned[sku] ?? 0) >= need || undefined}>
                <code>{sku}</code>
                <span>
                  {scanned[sku] ?? 0} of {need}
                </span>
              </li>
            ))}
          </ul>
        }
      />
      {refused !== null && <Refusal error={refused} title="Not received" />}
      <div className={classes.foot}>
        <ActionButton
          primary
          size="sm"
          label={`Receive the ${plural(count, "scanned piece")}`}
          notNow={count === 0 ? "Scan the pieces first." : null}
          onClick={() => receive({ scanned: pieces })}
        />
        <ActionButton size="sm" label="Receive all without scanning" onClick={() => receive({ scanned: null })} />
      </div>
    </Modal>
  );
}
