import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { plural } from "../../lib/format.ts";
import { useFacility, useMay, useSession } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Code, Empty, Page, Station, type StationKey } from "../../ui/index.ts";
import { gradeOptions } from "../putaway/putaway-data.ts";
import { isBlocked, lackingWords, missingUnits } from "./desk-state.ts";
import type { DeskView, DeskWork } from "./desk-work.ts";
import { Choice, ParcelInHand } from "./parcel-in-hand.tsx";
import classes from "./returns.module.css";
import { useDesk } from "./use-desk.ts";

const line = "Scan whatever came back, say what it is worth, and it lies on your list for putaway.";

/** The returns desk: one place, one person, one parcel after the other. */
export function Screen() {
  const { facilities } = useSession();
  const chosen = useFacility();
  const place = facilities.find(({ id }) => id === chosen.id) ?? (facilities.length === 1 ? facilities[0] : undefined);
  return (
    <Page title="Returns desk" line={place === undefined ? line : `${line} Received in ${place.code} · ${place.name}.`}>
      {place === undefined ? (
        <Empty
          title="Where are you?"
          cause="A parcel is received in one facility."
          action={
            <div className={classes.places}>
              {facilities.map(({ id, code, name }) => (
                <Button key={id} variant="default" onClick={() => chosen.choose(code)}>
                  {code} · {name}
                </Button>
              ))}
            </div>
          }
        />
      ) : (
        <Desk key={place.id} place={place} />
      )}
    </Page>
  );
}

function Desk({ place }: { place: { readonly id: string; readonly code: string } }) {
  const { view, said, work } = useDesk(place);
  const { hand, choice, waiting, list, received, returns } = view;
  const keys = useKeys(view, work);
  useArrows(work.turn);
  useFirstScan(work);
  return (
    <Station
      prompt="Scan any code of what came back: AWB, package, order, return or pickup"
      submit={work.submit}
      said={said}
      keys={keys}
      progress={
        <span className={classes.progress}>
          {plural(received, "unit")} received
          {list !== null && (
            <>
              {" "}
              on <Code href={`/putaway/${list.putawayId}`}>{list.code}</Code>
            </>
          )}
        </span>
      }
      expected={
        <>
          {waiting.length > 0 && (
            <p className={classes.waiting} role="status">
              Scanned and waiting: {waiting.join(", ")}
            </p>
          )}
          {choice !== null && <Choice choice={choice} onChoose={work.choose} />}
          {hand !== null && <ParcelInHand hand={hand} onTurnTo={work.turnTo} />}
          {choice === null && hand === null && <Idle returns={returns} />}
        </>
      }
    />
  );
}

function Idle({ returns }: { returns: readonly { readonly returnCaseId: string; readonly code: string }[] }) {
  if (returns.length === 0)
    return (
      <p className={classes.hint}>
        Announced or not: what nobody announced is shown as such, and its channel can be asked before it is received.
      </p>
    );
  return (
    <p className={classes.hint}>
      Received last:{" "}
      {returns.map(({ returnCaseId, code }) => (
        <Code key={returnCaseId} href={`/returns/${returnCaseId}`}>
          {code}
        </Code>
      ))}
    </p>
  );
}

/** Letters belong to the scanner: everything is said by function keys, the same ones as in putaway. */
function useKeys(view: DeskView, work: DeskWork): readonly StationKey[] {
  const may = useMay();
  const navigate = useNavigate();
  const { hand, waiting, list } = view;
  const notMine = may("returns.receive") ? null : "Your role does not include receiving returns.";
  const nothing =
    hand === null ? "Scan a parcel first." : isBlocked(hand) ? (hand.parcel.refusal?.message ?? null) : null;
  const wasFound = hand !== null && isBlocked(hand) && missingUnits(hand.parcel).length > 0;
  return [
    {
      key: "F3",
      label: "Sync status now",
      primary: hand?.parcel.syncFirst === true && hand.synced === null,
      notNow: notMine ?? (hand === null ? "Scan a parcel first." : null),
      onPress: work.sync,
    },
    ...gradeOptions.map(({ press, value, label }) => ({
      key: press,
      label,
      notNow: notMine ?? nothing,
      onPress: () => work.decide(value),
    })),
    wasFound
      ? { key: "F10", label: "It was found", primary: true, notNow: notMine, onPress: work.found }
      : {
          key: "F10",
          label: "Missing",
          notNow: notMine ?? (hand?.found === true ? "It was missing: leave it out." : nothing),
          onPress: () => work.decide("missing"),
        },
    hand === null && waiting.length === 0 && list !== null
      ? {
          key: "F4",
          label: `Put away ${list.code}`,
          primary: true,
          onPress: () => navigate({ to: `/putaway/${list.putawayId}` }),
        }
      : {
          key: "F4",
          label: hand === null && waiting.length > 0 ? "Open the next" : "Receive",
          primary: hand !== null && lackingWords(hand) === null,
          notNow: notMine ?? (hand === null ? (waiting.length > 0 ? null : nothing) : lackingWords(hand)),
          onPress: work.finish,
        },
  ];
}

/** A page that sends somebody here says what he holds: `?scan=`. It is looked up once. */
function useFirstScan(work: DeskWork): void {
  const [params, change] = useUrlState();
  const { scan } = params;
  useEffect(() => {
    if (scan === undefined) return;
    change({ scan: null });
    void work.open(scan);
  }, [scan, change, work]);
}

/** Up and down go from unit to unit; in the scan field they do nothing else. */
function useArrows(turn: (by: 1 | -1) => unknown): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      if (event.target instanceof HTMLElement && event.target.id !== "station-field" && event.target !== document.body)
        return;
      event.preventDefault();
      turn(event.key === "ArrowUp" ? -1 : 1);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [turn]);
}
