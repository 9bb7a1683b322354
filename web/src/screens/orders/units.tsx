import { Code, Instant, Money, StateChip } from "../../ui/index.ts";
import { unitStates } from "../shared/states.ts";
import { Thumb } from "../shared/thumb.tsx";
import classes from "./detail.module.css";
import { linesOf, type OrderLine, sumOf, type UnitGroup } from "./group-units.ts";
import type { OrderDetail } from "./types.ts";

/** Units by line; those of one line that differ in state or place stand in rows of their own. */
export function Units({ order }: { order: OrderDetail }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Item</th>
            <th className={classes.number}>Units</th>
            <th>State</th>
            <th>Package</th>
            <th>Facility</th>
            <th className={classes.number}>Total</th>
          </tr>
        </thead>
        {linesOf(order.units).map((line) => (
          <tbody key={line.line}>
            {line.groups.map((group, i) => (
              <GroupRow key={group.key} line={line} group={group} first={i === 0} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function GroupRow({ line, group, first }: { line: OrderLine; group: UnitGroup; first: boolean }) {
  const [unit] = group.units;
  if (unit === undefined) return null;
  return (
    <tr className={first ? undefined : classes.rest}>
      <td>
        {first && (
          <span className={classes.item}>
            <Thumb name={unit.name} imageUrl={unit.imageUrl} size={36} />
            <span className={classes.itemWords}>
              <span className={classes.name}>{unit.name}</span>
              <span className={classes.small} style={{ display: "block" }}>
                <Code href={`/products?q=${encodeURIComponent(unit.sku)}`}>{unit.sku}</Code>
                {unit.bundle !== null && ` of bundle ${unit.bundle}`}
                {line.groups.length > 1 && ` ${line.units.length} units`}
                {unit.title !== null && unit.title !== unit.name && ` · listed as “${unit.title}”`}
              </span>
            </span>
          </span>
        )}
      </td>
      <td className={classes.number}>{group.units.length}</td>
      <td>
        <StateChip state={unit.state} table={unitStates} />
        <Remarks group={group} />
      </td>
      <td>{unit.package === null ? "–" : <Code href={`/shipments/${unit.package}`}>{unit.package}</Code>}</td>
      <td>{unit.facility ?? "not chosen"}</td>
      <td className={classes.number}>
        <span className={unit.state === "CANCELLED" ? classes.gone : undefined}>
          <Money paise={sumOf(group.units, "totalPaise")} />
        </span>
      </td>
    </tr>
  );
}

/** What else holds for these units, in words below their state. */
function Remarks({ group }: { group: UnitGroup }) {
  const [unit] = group.units;
  if (unit === undefined) return null;
  return (
    <>
      {unit.onHold && unit.state !== "CANCELLED" && <div className={`${classes.small} ${classes.warn}`}>on hold</div>}
      {unit.cancelRequestedAt !== null && (
        <div className={`${classes.small} ${classes.warn}`}>
          asked to cancel <Instant at={unit.cancelRequestedAt} />, waits for the channel
        </div>
      )}
      {unit.short && <div className={`${classes.small} ${classes.warn}`}>left without stock: a recorded shortage</div>}
      {unit.state === "CANCELLED" && (
        <div className={classes.small}>
          by the {unit.cancelledBy === "CHANNEL" ? "channel" : "seller"}
          {unit.cancelReason !== null && `: ${unit.cancelReason}`}
        </div>
      )}
    </>
  );
}
