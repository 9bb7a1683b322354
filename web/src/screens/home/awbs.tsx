import { Link } from "@tanstack/react-router";
import type { Board } from "../../lib/board.ts";
import { formatCount } from "../../lib/format.ts";
import { Section } from "../../ui/index.ts";
import { toneMark } from "../../ui/tone.ts";
import classes from "./home.module.css";

/** Couriers whose tracking numbers run out: without one there is no label. */
export function Awbs({ low }: { low: Board["awbsLow"] | undefined }) {
  return (
    <Section title="Tracking numbers">
      {low?.length === 0 && <p className={classes.none}>Every courier has more than its low mark.</p>}
      <ul className={classes.list}>
        {low?.map((each) => (
          <li key={each.providerId}>
            <Link to="/settings/shipping-providers" className={classes.line}>
              <span
                className={classes.dot}
                style={{ background: toneMark(each.left === 0 ? "failed" : "attention") }}
                aria-hidden
              />
              <span className={classes.name}>{each.name}</span>
              <span className={classes.words} data-bad>
                {each.left === 0 ? "none left" : `${formatCount(each.left)} left`}, the mark is{" "}
                {formatCount(each.lowMark)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
