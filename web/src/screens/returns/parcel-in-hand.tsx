import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { plural } from "../../lib/format.ts";
import { Code, StateChip, type StateTable } from "../../ui/index.ts";
import { gradeStates } from "../putaway/putaway-data.ts";
import { packageStates, returnStates } from "../shared/states.ts";
import { Thumb } from "../shared/thumb.tsx";
import { type Candidate, type DeskUnit, dueUnits, type InHand, isBlocked, type LookUp } from "./desk-state.ts";
import { Pictures } from "./pictures.tsx";
import { returnQuery, viaWords } from "./return-data.ts";
import classes from "./returns.module.css";

const saidStates: StateTable = { ...gradeStates, missing: { word: "Missing", tone: "attention" } };

/** Several parcels that one code stands for: chosen by typing the number, or with the mouse. */
export function Choice({ choice, onChoose }: { choice: LookUp; onChoose: (parcel: Candidate) => void }) {
  return (
    <ol className={classes.choice} aria-label={`Parcels of ${choice.code}`}>
      {choice.candidates.map((parcel, i) => (
        <li key={parcel.shippingPackageId}>
          <button type="button" onClick={() => onChoose(parcel)}>
            <kbd>{i + 1}</kbd>
            <span className={classes.words}>
              <strong>{parcel.package}</strong>
              <span>
                {parcel.units.map((unit) => unit.name).join(", ")}
                {parcel.awb !== null && ` · AWB ${parcel.awb}`}
              </span>
            </span>
            <StateChip state={parcel.state} table={packageStates} />
          </button>
        </li>
      ))}
    </ol>
  );
}

/** What the scanned code is: its order, its channel, why it comes back, and each unit with its picture and what was said of it. */
export function ParcelInHand({ hand, onTurnTo }: { hand: InHand; onTurnTo: (unitId: string) => void }) {
  const { parcel } = hand;
  const cases = [...new Set(parcel.units.flatMap((unit) => unit.returnCaseId ?? []))];
  const due = dueUnits(hand);
  const others = parcel.units.filter((unit) => !due.includes(unit));
  return (
    <section aria-label={`In hand: ${parcel.package}`}>
      <div className={classes.handHead}>
        <Code href={`/shipments/${parcel.package}`}>{parcel.package}</Code>
        <StateChip state={parcel.state} table={packageStates} />
        {parcel.road === null ? (
          <StateChip state="NO" table={announcements} />
        ) : (
          <StateChip state={parcel.announced ? parcel.road : "UNANNOUNCED"} table={announcements} />
        )}
      </div>
      <p className={classes.handLine}>
        Order <Code href={`/orders/${parcel.saleOrderId}`}>{parcel.order}</Code> of {parcel.channel}
        {parcel.awb !== null && (
          <>
            {" · AWB "}
            <Code>{parcel.awb}</Code>
          </>
        )}
        {parcel.courier !== null && ` · ${parcel.courier}`} · left from {parcel.dispatchFacility}, comes back to{" "}
        {parcel.expectedFacility}
        {parcel.returnManifest !== null && ` · on return manifest ${parcel.returnManifest}`}
      </p>
      {hand.synced !== null && <p className={classes.synced}>{hand.synced}</p>}
      {cases.map((id) => (
        <Why key={id} returnCaseId={id} />
      ))}
      <ul className={classes.units}>
        {due.map((unit) => (
          <UnitRow
            key={unit.unitId}
            unit={unit}
            said={hand.said[unit.unitId]}
            active={unit.unitId === hand.at}
            onTurnTo={() => onTurnTo(unit.unitId)}
          />
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <p className={classes.hint}>
            {isBlocked(hand) ? "In the parcel:" : `Not to be received now: ${plural(others.length, "unit")}`}
          </p>
          <ul className={classes.units}>
            {others.map((unit) => (
              <UnitRow key={unit.unitId} unit={unit} said={undefined} active={false} onTurnTo={null} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const announcements: StateTable = {
  RTO: { word: "Announced: not delivered", tone: "done" },
  CIR: { word: "Announced: from the customer", tone: "done" },
  FOUND: { word: "Found again", tone: "done" },
  UNANNOUNCED: { word: "Not announced", tone: "attention" },
  NO: { word: "Not to be received", tone: "failed" },
};

/** Why it comes back, in the words of whoever announced it. */
function Why({ returnCaseId }: { returnCaseId: string }) {
  const { data } = useQuery(returnQuery(returnCaseId));
  if (data === undefined) return null;
  const reasons = [
    ...new Set([data.reason, ...data.unitsIn.map((unit) => unit.reason)].filter((each) => each !== null)),
  ];
  const age = data.ageDays === 0 ? "today" : `${plural(data.ageDays, "day")} ago`;
  return (
    <div className={classes.why}>
      <div>
        <Code href={`/returns/${data.returnCaseId}`}>{data.code}</Code> {viaWords[data.announcedVia]}, {age}
        {data.channelReturnId !== null && (
          <>
            {" as "}
            <Code>{data.channelReturnId}</Code>
          </>
        )}{" "}
        <StateChip state={data.state} table={returnStates} />
      </div>
      {reasons.length > 0 && <div>“{reasons.join("”, “")}”</div>}
      <Pictures urls={[...new Set(data.unitsIn.flatMap((unit) => unit.imageUrls))]} />
    </div>
  );
}

function UnitRow({
  unit,
  said,
  active,
  onTurnTo,
}: {
  unit: DeskUnit;
  said: string | undefined;
  active: boolean;
  onTurnTo: (() => void) | null;
}) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const content = (
    <>
      <Thumb name={unit.name} imageUrl={unit.imageUrl} size={active ? 64 : 44} />
      <span className={classes.words}>
        <span>{unit.name}</span>
        <span className={classes.codes}>
          <code>{unit.sku}</code> <code>{unit.code}</code>
        </span>
      </span>
      {said !== undefined ? (
        <StateChip state={said} table={saidStates} size="md" />
      ) : unit.itemState !== null && onTurnTo === null ? (
        <StateChip state={unit.itemState} table={unitReturnStates} />
      ) : (
        onTurnTo !== null && <span className={classes.open}>{active ? "What is it worth?" : "open"}</span>
      )}
    </>
  );
  return (
    <li ref={row} data-active={active || undefined} aria-current={active || undefined}>
      {onTurnTo === null ? (
        <div className={classes.unit}>{content}</div>
      ) : (
        <button type="button" className={classes.unit} onClick={onTurnTo}>
          {content}
        </button>
      )}
    </li>
  );
}

/** Where one unit stands in its return. */
export const unitReturnStates: StateTable = {
  EXPECTED: { word: "On its way", tone: "attention" },
  RECEIVED: { word: "Received", tone: "working" },
  PUT_AWAY: { word: "On its shelf", tone: "working" },
  RETURNED: { word: "Returned", tone: "done" },
  MISSING: { word: "Missing", tone: "attention" },
  LOST: { word: "Given up", tone: "failed" },
  CANCELLED: { word: "Cancelled", tone: "waiting" },
};
