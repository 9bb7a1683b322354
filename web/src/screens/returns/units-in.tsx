import { Code, Day, Instant, Money, StateChip } from "../../ui/index.ts";
import { gradeStates } from "../putaway/putaway-data.ts";
import { Thumb } from "../shared/thumb.tsx";
import { InsteadButtons, InsteadOf } from "./instead.tsx";
import { unitReturnStates } from "./parcel-in-hand.tsx";
import { Pictures } from "./pictures.tsx";
import type { ReturnDetail, ReturnUnit } from "./return-data.ts";
import classes from "./returns.module.css";

/** The units of a return: what the customer says, the grade, where each is, and what is sent instead. */
export function UnitsIn({ of, onChanged }: { of: ReturnDetail; onChanged: () => Promise<unknown> }) {
  return (
    <div className={classes.scroll}>
      <table className={`${classes.table} ${classes.stack}`}>
        <thead>
          <tr>
            <th>Unit</th>
            <th>State</th>
            <th>Grade</th>
            <th>Where</th>
            <th className={`${classes.number} ${classes.wide}`}>Paid</th>
          </tr>
        </thead>
        <tbody>
          {of.unitsIn.map((unit) => (
            <tr key={unit.unitId}>
              <td>
                <div className={classes.item}>
                  <Thumb name={unit.name} imageUrl={unit.imageUrl} size={44} />
                  <div className={classes.words}>
                    <span>{unit.name}</span>
                    <span className={classes.codes}>
                      <code>{unit.sku}</code> <code>{unit.code}</code>
                    </span>
                    {unit.reason !== null && <span className={classes.small}>“{unit.reason}”</span>}
                    <Pictures urls={unit.imageUrls} />
                    {unit.instead !== null && <InsteadOf instead={unit.instead} />}
                    {of.kind === "CIR" && <InsteadButtons of={of} unit={unit} onChanged={onChanged} />}
                  </div>
                </div>
              </td>
              <td>
                <StateChip state={unit.state} table={unitReturnStates} />
                {unit.receivedAt !== null && (
                  <div className={classes.small}>
                    <Instant at={unit.receivedAt} /> {unit.receivedBy !== null && `by ${unit.receivedBy}`}
                  </div>
                )}
              </td>
              <td>{unit.grade === null ? "–" : <StateChip state={unit.grade} table={gradeStates} />}</td>
              <td>
                <Where unit={unit} />
              </td>
              <td className={`${classes.number} ${classes.wide}`}>
                <Money paise={unit.paidPaise} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where the goods of a unit lie now. */
function Where({ unit }: { unit: ReturnUnit }) {
  if (unit.putAwayAt !== null)
    return (
      <>
        {unit.shelf === null ? "on its shelf" : <Code>{unit.shelf}</Code>}
        <div className={classes.small}>
          {unit.facility}, <Day on={unit.putAwayAt.slice(0, 10)} />
        </div>
      </>
    );
  if (unit.putawayId !== null && unit.putaway !== null)
    return (
      <>
        on list <Code href={`/putaway/${unit.putawayId}`}>{unit.putaway}</Code>
        {unit.shelf !== null && <div className={classes.small}>to shelf {unit.shelf}</div>}
      </>
    );
  if (unit.state === "RECEIVED") return <>waits for putaway{unit.facility !== null && ` in ${unit.facility}`}</>;
  if (unit.state === "EXPECTED") return <>on its way</>;
  return unit.state === "MISSING" ? <>not in the parcel</> : <>–</>;
}
