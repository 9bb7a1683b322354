import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useFacility, useSession } from "../../lib/session.ts";
import { ConfirmAction } from "../../ui/index.ts";
import { gradeOptions } from "../putaway/putaway-data.ts";
import { Thumb } from "../shared/thumb.tsx";
import type { ReturnDetail } from "./return-data.ts";
import classes from "./returns.module.css";

const LATER = "later"; // it came, and is graded on the putaway list
const NOT_HERE = ""; // not in this parcel: it may still come
const MISSING = "missing";

const choices = [
  { value: LATER, label: "Here, graded at putaway" },
  ...gradeOptions.map(({ value, label }) => ({ value: String(value), label: `Here: ${label}` })),
  { value: MISSING, label: "Missing" },
  { value: NOT_HERE, label: "Not in this parcel" },
];

/** Receives a reverse pickup on its page: its units then wait for Putaway Reverse Pickup Item. */
export function ReceivePickup({
  of,
  onClose,
  onDone,
}: {
  of: ReturnDetail;
  onClose: () => void;
  onDone: (words: string) => Promise<unknown>;
}) {
  const { facilities } = useSession();
  const chosen = useFacility();
  const expected = facilities.find(({ code }) => code === of.expectedFacility);
  const [facilityId, setFacilityId] = useState(chosen.id ?? expected?.id ?? facilities[0]?.id ?? "");
  const due = of.unitsIn.filter((unit) => unit.state === "EXPECTED");
  const [said, setSaid] = useState<Readonly<Record<string, string>>>({});
  const units = due.flatMap(({ unitId }) => {
    const word = said[unitId] ?? LATER;
    if (word === NOT_HERE) return [];
    const grade = gradeOptions.find((option) => option.value === word)?.value ?? null;
    return [{ unitId, grade, missing: word === MISSING }];
  });
  return (
    <ConfirmAction
      opened
      size="lg"
      onClose={onClose}
      title={`Receive ${of.code}`}
      verb="Receive"
      willHappen="Its units wait under Putaway Reverse Pickup Item; they count as stock once they lie on a shelf."
      notNow={units.length === 0 ? "Say that at least one unit is here." : null}
      onConfirm={async () => {
        const done = await api.post<{ received: number; missing: number }>(
          `/api/v1/returns/${of.returnCaseId}/receive`,
          {
            facilityId,
            units,
          },
        );
        const missing = done.missing === 0 ? "" : ` Missing: ${plural(done.missing, "unit")}.`;
        await onDone(`Received: ${plural(done.received, "unit")}.${missing}`);
      }}
    >
      {facilities.length > 1 && (
        <NativeSelect
          mb={12}
          label="Received in"
          value={facilityId}
          onChange={(event) => setFacilityId(event.currentTarget.value)}
          data={facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` }))}
        />
      )}
      <ul className={classes.units}>
        {due.map((unit) => (
          <li key={unit.unitId} className={classes.unit}>
            <Thumb name={unit.name} imageUrl={unit.imageUrl} size={36} />
            <span className={classes.words}>
              <span>{unit.name}</span>
              <span className={classes.codes}>
                <code>{unit.sku}</code>
                {unit.reason !== null && `“${unit.reason}”`}
              </span>
            </span>
            <NativeSelect
              aria-label={`${unit.code}: what came`}
              value={said[unit.unitId] ?? LATER}
              onChange={(event) => setSaid({ ...said, [unit.unitId]: event.currentTarget.value })}
              data={choices}
            />
          </li>
        ))}
      </ul>
    </ConfirmAction>
  );
}
