import { lazy, Suspense } from "react";
import type { Hour } from "../../lib/board.ts";
import { formatShortTime } from "../../lib/format.ts";
import { Section } from "../../ui/index.ts";
import classes from "./home.module.css";
import { flowAnswer } from "./queues.ts";

// Its library is large: the queues must not wait for it.
const Chart = lazy(async () => ({ default: (await import("../../ui/chart/chart.tsx")).Chart }));

/** Orders that came in against packages that left, hour by hour. */
export function Flow({ hours, pending }: { hours: readonly Hour[]; pending: boolean }) {
  const answer = flowAnswer(hours);
  return (
    <Section title="Flow">
      <div className={classes.flow}>
        {hours.every((hour) => hour.received === 0 && hour.dispatched === 0) ? (
          !pending && (
            <p className={classes.none}>Orders and hand-overs are drawn here hour by hour once there are some.</p>
          )
        ) : (
          <Suspense fallback={null}>
            <Chart
              question="Are we dispatching as fast as orders arrive?"
              {...(answer === undefined ? {} : { answer })}
              unit="orders per hour"
              x="hour"
              xLabel="Hour"
              height={240}
              points={hours.map((hour) => ({
                hour: formatShortTime(hour.at),
                arrived: hour.received,
                dispatched: hour.dispatched,
              }))}
              series={[
                { key: "arrived", label: "Arrived", kind: "bar", color: "grey" },
                { key: "dispatched", label: "Dispatched", kind: "line", color: "accent" },
              ]}
            />
          </Suspense>
        )}
      </div>
    </Section>
  );
}
