import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ConfirmAction, reportDone, StateChip, Station, type StationKey, type Verdict } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import classes from "./putaway.module.css";
import {
  type Grade,
  gradeOptions,
  gradeStates,
  type PutawayDetail,
  type PutawayGroup,
  type ScanAnswer,
} from "./putaway-data.ts";

const notMine = "Your role does not include putaway.";
const SAY_GRADE = `Say what it is worth: ${gradeOptions.map(({ press, label }) => `${press} ${label}`).join(", ")}.`;
const gradeWord = (grade: Grade | null): string =>
  gradeOptions.find((option) => option.value === grade)?.label ?? "not graded";

/** The scan field of a list: a shelf says where one stands, a SKU or a package what is put there, a key what it is worth. */
export function PutawayStation({
  putaway,
  reading,
  onChanged,
}: {
  putaway: PutawayDetail;
  reading: boolean;
  onChanged: () => Promise<unknown>;
}) {
  const may = useMay();
  const [completing, setCompleting] = useState(false);
  const [at, setAt] = useState<string | null>(null);
  const [last, setLast] = useState<ScanAnswer | null>(null);
  const { putawayId, units, confirmed, groups } = putaway;

  const submit = async (scanned: string): Promise<Verdict> => {
    const done = await api.post<ScanAnswer>(`/api/v1/putaways/${putawayId}/scan`, {
      code: scanned,
      ...(at === null ? {} : { shelf: at }),
    });
    if (done.what === "SHELF") {
      setAt(done.shelves[0] ?? null);
      return { sound: "good", title: `At shelf ${done.shelves[0]}`, detail: "What you scan now is put here." };
    }
    setLast(done);
    void onChanged();
    const where = done.shelves.join(", ") || "no shelf yet";
    return {
      sound: done.grade === null ? "warn" : "good",
      title: `${done.confirmedNow} × ${done.sku} on ${where}`,
      detail: `${done.grade === null ? SAY_GRADE : `${gradeWord(done.grade)}.`} ${done.confirmed} of ${done.units} scanned.`,
      undo: async () => {
        const left = await api.post<{ confirmed: number; units: number }>(`/api/v1/putaways/${putawayId}/unscan`, {
          itemIds: done.itemIds,
        });
        setLast(null);
        void onChanged();
        return {
          sound: "warn",
          title: `${done.sku} is not scanned`,
          detail: `${left.confirmed} of ${left.units} scanned.`,
        };
      },
    };
  };

  const grade = async (given: Grade) => {
    if (last === null) return;
    await api.post(`/api/v1/putaways/${putawayId}/grade`, { gradings: [{ itemIds: last.itemIds, grade: given }] });
    setLast({ ...last, grade: given });
    await onChanged();
  };
  const lacking = groups.filter((group) => group.grade === null || group.shelf === null);
  const ungraded = lacking.reduce((sum, group) => sum + group.units, 0);
  const keys: StationKey[] = [
    ...gradeOptions.map((option) => ({
      key: option.press,
      label: option.label,
      notNow: may("putaway.manage") ? (last === null ? "Scan a unit first: the key grades it." : null) : notMine,
      onPress: () => grade(option.value),
    })),
    {
      key: "F4",
      label: "Complete",
      primary: true,
      notNow: !may("putaway.manage")
        ? notMine
        : ungraded > 0
          ? `Without grade or shelf below: ${plural(ungraded, "unit")}.`
          : null,
      onPress: () => setCompleting(true),
    },
  ];
  const open = groups.filter((group) => group.confirmed < group.units);
  const next = open.find((group) => group.shelf === at) ?? open[0];
  return (
    <>
      <Station
        prompt="Scan a shelf, then what you put there: a SKU for one piece, a package for all of it"
        submit={submit}
        reading={reading}
        progress={
          <>
            {confirmed} of {plural(units, "unit")} scanned
            {at !== null && <At shelf={at} onLeave={() => setAt(null)} />}
          </>
        }
        keys={keys}
        expected={<Expected next={next} last={last} />}
      />
      <Complete
        opened={completing}
        putaway={putaway}
        onClose={() => setCompleting(false)}
        onDone={async () => {
          await onChanged();
        }}
      />
    </>
  );
}

function At({ shelf, onLeave }: { shelf: string; onLeave: () => void }) {
  return (
    <span className={classes.at}>
      at shelf <code>{shelf}</code>
      <ActionIcon size={22} aria-label={`Leave shelf ${shelf}`} data-tip="Leave the shelf" onClick={onLeave}>
        <IconX size={14} />
      </ActionIcon>
    </span>
  );
}

function Expected({ next, last }: { next: PutawayGroup | undefined; last: ScanAnswer | null }) {
  return (
    <>
      {last !== null && (
        <div className={classes.last}>
          <span className={classes.next}>In hand</span>
          <code>{last.sku}</code>
          {last.grade === null ? (
            <span className={classes.lacking}>no grade yet</span>
          ) : (
            <StateChip state={last.grade} table={gradeStates} />
          )}
        </div>
      )}
      {next !== undefined && (
        <div className={classes.expected}>
          <Thumb name={next.name} imageUrl={next.imageUrl} size={64} />
          <div>
            <div className={classes.next}>Next</div>
            <strong>{next.name}</strong>
            <div>
              {next.units - next.confirmed} × <code>{next.sku}</code> to shelf{" "}
              <strong>{next.shelf ?? "not chosen"}</strong>
              {next.section !== null && ` in ${next.section}`}
            </div>
          </div>
        </div>
      )}
    </>
  );
}

function Complete({
  opened,
  putaway,
  onClose,
  onDone,
}: {
  opened: boolean;
  putaway: PutawayDetail;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}) {
  const { putawayId, code, units, confirmed, groups } = putaway;
  const left = units - confirmed;
  const of = (grade: Grade) =>
    groups.filter((group) => group.grade === grade).reduce((sum, group) => sum + group.units, 0);
  const parts = gradeOptions.flatMap(({ value, label }) =>
    of(value) > 0 ? [`${of(value)} ${label.toLowerCase().replace("qc", "QC")}`] : [],
  );
  return (
    <ConfirmAction
      opened={opened}
      onClose={onClose}
      title={`Complete putaway ${code}`}
      willHappen={`Counts ${plural(units, "unit")} on the shelves (${parts.join(", ")}): what is good can be sold at once, and channels are told the new figures.${
        left > 0 ? ` Not scanned: ${plural(left, "unit")}; you vouch that all lie there.` : ""
      } This cannot be undone.`}
      verb="Complete putaway"
      onConfirm={async () => {
        const done = await api.post<{ units: number }>(`/api/v1/putaways/${putawayId}/complete`, {
          confirmAll: left > 0,
        });
        await onDone();
        reportDone(`In stock: ${plural(done.units, "unit")}.`);
      }}
    />
  );
}
