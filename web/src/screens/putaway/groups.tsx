import { Checkbox, NativeSelect } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Empty, reportDone, reportProblem, Section, StateChip } from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import classes from "./putaway.module.css";
import {
  type Grade,
  gradeOptions,
  gradeStates,
  groupKey,
  meant,
  type PutawayDetail,
  type PutawayGroup,
  SHELF_TRANSFER,
} from "./putaway-data.ts";
import { ShelfInput, ShelfOffers } from "./shelf-input.tsx";
import { SomeOf } from "./some-of.tsx";
import { useShelves } from "./use-shelves.ts";

const OFFERS = "putaway-shelves";
const choices = [{ value: "", label: "Grade" }, ...gradeOptions];
const gradeNamed = (value: string): Grade | undefined => gradeOptions.find((option) => option.value === value)?.value;

/** What a person does to units of a list. */
interface Acts {
  readonly change: (groups: readonly PutawayGroup[], said: { grade?: Grade; shelf?: string }) => Promise<void>;
  readonly release: (groups: readonly PutawayGroup[]) => Promise<void>;
  /** Null where the units came off no shelf. */
  readonly giveBack: ((groups: readonly PutawayGroup[]) => Promise<void>) | null;
}

function useActs(putaway: PutawayDetail, onChanged: () => Promise<unknown>): Acts {
  const navigate = useNavigate();
  const path = `/api/v1/putaways/${putaway.putawayId}`;
  const leave = async (left: number) => {
    if (left === 0) await navigate({ to: "/putaway" });
    else await onChanged();
  };
  const unitsOf = (groups: readonly PutawayGroup[]) => groups.reduce((sum, group) => sum + group.units, 0);
  return {
    change: async (groups, said) => {
      await api.post(`${path}/grade`, { gradings: groups.map((group) => ({ ...meant(group), ...said })) });
      await onChanged();
    },
    release: async (groups) => {
      let left = putaway.units;
      for (const group of groups) ({ left } = await api.post<{ left: number }>(`${path}/release`, meant(group)));
      reportDone(`Waiting again: ${plural(unitsOf(groups), "unit")}.`);
      await leave(left);
    },
    giveBack:
      putaway.kind !== SHELF_TRANSFER
        ? null
        : async (groups) => {
            for (const group of groups) await api.post(`${path}/give-back`, meant(group));
            reportDone(`Back where they lay: ${plural(unitsOf(groups), "unit")}.`);
            await leave(putaway.units - unitsOf(groups));
          },
  };
}

/** The units of a list, like ones in one line; many lines are changed at once. */
export function PutawayGroups({ putaway, onChanged }: { putaway: PutawayDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const open = putaway.state !== "COMPLETE" && may("putaway.manage");
  const shelves = useShelves(open ? putaway.facilityId : null);
  const acts = useActs(putaway, onChanged);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [some, setSome] = useState<PutawayGroup | null>(null);
  const picked = putaway.groups.filter((group) => chosen.has(groupKey(group)));
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  const all = picked.length === putaway.groups.length && picked.length > 0;
  return (
    <Section
      title={`Units: ${putaway.units}`}
      line={
        open
          ? "Like units stand in one line. A shelf is suggested where most of the SKU lies and there is room."
          : undefined
      }
    >
      {open && <ShelfOffers id={OFFERS} shelves={shelves} />}
      {putaway.groups.length === 0 && <Empty title="No units" cause="All units were taken off the list." />}
      {open && putaway.groups.length > 0 && (
        <Many
          all={all}
          picked={picked}
          acts={acts}
          onAll={() => setChosen(all ? new Set() : new Set(putaway.groups.map(groupKey)))}
          onDone={() => setChosen(new Set())}
        />
      )}
      <ul className={classes.units}>
        {putaway.groups.map((group) => (
          <li key={groupKey(group)} data-done={group.confirmed === group.units || undefined}>
            {open && (
              <Checkbox
                size="xs"
                aria-label={`Choose ${group.sku}, ${group.shelf ?? "no shelf"}`}
                checked={chosen.has(groupKey(group))}
                onChange={() => toggle(groupKey(group))}
              />
            )}
            <Thumb name={group.name} imageUrl={group.imageUrl} size={40} />
            <Words group={group} />
            <span className={classes.count}>
              <strong>{group.units}</strong>
              <small>{group.confirmed === 0 ? "not scanned" : `${group.confirmed} scanned`}</small>
            </span>
            {open ? <Line group={group} acts={acts} onSome={() => setSome(group)} /> : <Settled group={group} />}
          </li>
        ))}
      </ul>
      {some !== null && (
        <SomeOf putawayId={putaway.putawayId} group={some} onClose={() => setSome(null)} onDone={onChanged} />
      )}
    </Section>
  );
}

function Words({ group }: { group: PutawayGroup }) {
  return (
    <span className={classes.words}>
      <span>{group.name}</span>
      <span className={classes.codes}>
        <code>{group.sku}</code>
        {group.packages.map((code) => (
          <code key={code}>{code}</code>
        ))}
        {group.fromShelves.length > 0 && <span>off {group.fromShelves.join(", ")}</span>}
      </span>
    </span>
  );
}

function Settled({ group }: { group: PutawayGroup }) {
  return (
    <>
      {group.grade !== null && <StateChip state={group.grade} table={gradeStates} />}
      <span className={classes.shelf}>{group.shelf ?? "–"}</span>
    </>
  );
}

function Line({ group, acts, onSome }: { group: PutawayGroup; acts: Acts; onSome: () => void }) {
  const said = (what: { grade?: Grade; shelf?: string }) =>
    acts.change([group], what).catch((error: unknown) => reportProblem(error, `Change ${group.sku}`));
  return (
    <>
      <NativeSelect
        aria-label={`Grade of ${group.sku}`}
        className={classes.grade}
        size="xs"
        data={group.grade === null ? choices : gradeOptions}
        value={group.grade ?? ""}
        onChange={(event) => {
          const grade = gradeNamed(event.currentTarget.value);
          if (grade !== undefined) void said({ grade });
        }}
      />
      <ShelfInput
        key={group.shelf ?? ""}
        label={`Shelf for ${group.sku}`}
        value={group.shelf}
        offers={OFFERS}
        onChoose={(shelf) => shelf !== "" && said({ shelf })}
      />
      <ActionButton label="Some…" notNow={group.units < 2 ? "There is only one." : null} onClick={onSome} />
    </>
  );
}

/** What is done to all chosen lines. */
function Many({
  all,
  picked,
  acts,
  onAll,
  onDone,
}: {
  all: boolean;
  picked: readonly PutawayGroup[];
  acts: Acts;
  onAll: () => void;
  onDone: () => void;
}) {
  const [shelf, setShelf] = useState("");
  const units = picked.reduce((sum, group) => sum + group.units, 0);
  const none = picked.length === 0 ? "Choose lines first." : null;
  const after = async (act: Promise<void>) => {
    await act;
    onDone();
  };
  const { giveBack } = acts;
  return (
    <div className={classes.many}>
      <Checkbox
        size="xs"
        label={picked.length === 0 ? "All" : plural(units, "unit")}
        checked={all}
        indeterminate={picked.length > 0 && !all}
        onChange={onAll}
      />
      {gradeOptions.map(({ value, label }) => (
        <ActionButton
          key={value}
          label={label}
          notNow={none}
          onClick={() => after(acts.change(picked, { grade: value }))}
        />
      ))}
      <ShelfInput
        key={`all ${shelf}`}
        label="Shelf for the chosen lines"
        value={shelf}
        offers={OFFERS}
        placeholder="Shelf for chosen"
        onChoose={setShelf}
      />
      <ActionButton
        label="Set shelf"
        notNow={none ?? (shelf === "" ? "Type or scan the shelf beside it." : null)}
        onClick={() => after(acts.change(picked, { shelf }))}
      />
      <ActionButton label="Take off the list" notNow={none} onClick={() => after(acts.release(picked))} />
      {giveBack !== null && (
        <ActionButton label="Put back where it lay" notNow={none} onClick={() => after(giveBack(picked))} />
      )}
    </div>
  );
}
