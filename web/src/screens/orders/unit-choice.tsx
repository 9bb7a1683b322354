import { Checkbox, NumberInput } from "@mantine/core";
import { StateChip } from "../../ui/index.ts";
import { unitStates } from "../shared/states.ts";
import { linesOf, type UnitGroup } from "./group-units.ts";
import type { Unit } from "./types.ts";
import classes from "./unit-choice.module.css";

/** Chooses units: whole groups by their box, or so many of a group by number. What may not be chosen says why. */
export function UnitChoice({
  units,
  chosen,
  whyNot,
  onChange,
}: {
  units: readonly Unit[];
  chosen: ReadonlySet<string>;
  whyNot: (unit: Unit) => string | null;
  onChange: (chosen: ReadonlySet<string>) => void;
}) {
  const take = (group: UnitGroup, count: number) => {
    const next = new Set(chosen);
    for (const [i, unit] of group.units.entries()) {
      if (i < count) next.add(unit.id);
      else next.delete(unit.id);
    }
    onChange(next);
  };
  return (
    <div className={classes.list}>
      {linesOf(units)
        .flatMap((line) => line.groups)
        .map((group) => {
          const [unit] = group.units;
          if (unit === undefined) return null;
          const why = whyNot(unit);
          const taken = group.units.filter((each) => chosen.has(each.id)).length;
          const name = `${unit.name}, ${unit.sku}`;
          return (
            <div key={group.key} className={classes.row} data-off={why !== null || undefined}>
              <Checkbox
                aria-label={name}
                checked={taken === group.units.length}
                indeterminate={taken > 0 && taken < group.units.length}
                disabled={why !== null}
                onChange={(event) => take(group, event.currentTarget.checked ? group.units.length : 0)}
              />
              <span className={classes.words}>
                <span className={classes.name}>{unit.name}</span>
                <span className={classes.small}>
                  {unit.sku}
                  {unit.package !== null && ` · ${unit.package}`}
                  {unit.facility !== null && ` · ${unit.facility}`}
                </span>
                {why !== null && <span className={classes.why}>{why}</span>}
              </span>
              <StateChip state={unit.state} table={unitStates} />
              {group.units.length > 1 && why === null ? (
                <NumberInput
                  size="xs"
                  w={84}
                  aria-label={`How many of ${name}`}
                  min={0}
                  max={group.units.length}
                  allowDecimal={false}
                  value={taken}
                  suffix={` of ${group.units.length}`}
                  onChange={(count) => take(group, typeof count === "number" ? count : 0)}
                />
              ) : (
                <span className={classes.count}>{group.units.length}</span>
              )}
            </div>
          );
        })}
    </div>
  );
}
