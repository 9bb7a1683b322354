import { IconRefresh } from "@tabler/icons-react";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { formatSpan, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, AsOf, Code, Empty, Facts, Instant, Refusal, reportDone } from "../../ui/index.ts";
import classes from "./couriers.module.css";

interface Lag {
  readonly count: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly maxSeconds: number;
}

/** `GET /courier-tracking`. */
interface Courier {
  readonly providerId: string;
  readonly code: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly accountState: string | null;
  readonly everyMinutes: number | null;
  readonly finishedAt: string | null;
  readonly okAt: string | null;
  readonly nextRunAt: string | null;
  readonly failed: string | null;
  readonly failures: number;
  readonly lastAsked: number;
  readonly lastAnswered: number;
  readonly lastNews: number;
  readonly travelling: number;
  readonly neverAsked: number;
  readonly unknownNumbers: number;
  readonly oldestAskedAt: string | null;
  readonly pushedAt: string | null;
  readonly waitingPushes: number;
  readonly keys: number;
  readonly lagAsked: Lag | null;
  readonly lagPushed: Lag | null;
  readonly unknownWords: readonly { readonly raw: string; readonly parcels: number; readonly lastHeardAt: string }[];
}

const query = queryOptions({
  queryKey: ["courier-tracking"],
  queryFn: ({ signal }) =>
    api.get<{ couriers: readonly Courier[]; measuredHours: number; asOf: string }>(
      "/api/v1/courier-tracking",
      {},
      signal,
    ),
  refetchInterval: 15_000,
});

/** Each courier of the seller's own: how it tells of parcels, how late, and what of it nobody knows. */
export function CouriersTab() {
  const { data, error, refetch } = useQuery(query);
  if (error !== null && data === undefined) return <Refusal error={error} title="The couriers could not be read" />;
  if (data === undefined) return <div style={{ height: 200 }} aria-busy="true" />;
  if (data.couriers.length === 0)
    return (
      <Empty
        title="No courier of your own"
        cause="Couriers that you make under Settings > Shipping providers appear here; parcels that marketplaces ship are told of by them."
      />
    );
  return (
    <>
      <AsOf at={data.asOf} error={error} onRetry={refetch} />
      {data.couriers.map((courier) => (
        <Block key={courier.providerId} courier={courier} hours={data.measuredHours} />
      ))}
    </>
  );
}

/** The same of one courier, on its own page. */
export function TrackingOfCourier({ providerId }: { providerId: string }) {
  const { data, error } = useQuery(query);
  const courier = data?.couriers.find((each) => each.providerId === providerId);
  if (data !== undefined && courier !== undefined) return <Block courier={courier} hours={data.measuredHours} />;
  return error === null ? null : <Refusal error={error} title="Its tracking could not be read" />;
}

/** What the list of couriers shows of their tracking: how late their words are, and which nobody knows. */
export function useTrackingFigures(): ReadonlyMap<
  string,
  { readonly lateSeconds: number | null; readonly unknown: number }
> {
  const { data } = useQuery(query);
  return new Map(
    data?.couriers.map(({ providerId, lagAsked, lagPushed, unknownWords }) => [
      providerId,
      { lateSeconds: (lagPushed ?? lagAsked)?.p95Seconds ?? null, unknown: unknownWords.length },
    ]),
  );
}

function healthOf(courier: Courier): "failed" | "attention" | undefined {
  if (courier.accountState === "BROKEN" || courier.failures >= 3) return "failed";
  const doubtful = courier.failures + courier.unknownNumbers + courier.waitingPushes + courier.unknownWords.length;
  return doubtful > 0 ? "attention" : undefined;
}

function Block({ courier, hours }: { courier: Courier; hours: number }) {
  const may = useMay();
  const client = useQueryClient();
  const { everyMinutes } = courier;
  return (
    <section className={classes.courier} data-health={healthOf(courier)} aria-label={courier.code}>
      <header className={classes.head}>
        <div>
          <h2 className={classes.name}>{courier.name}</h2>
          <p className={classes.small}>{howWords(courier)}</p>
        </div>
        {everyMinutes !== null && (
          <ActionButton
            label="Track all now"
            icon={IconRefresh}
            notNow={
              may("shipping.edit")
                ? courier.travelling === 0
                  ? "Nothing travels with it."
                  : null
                : "Your roles do not include couriers."
            }
            onClick={async () => {
              await api.post(`/api/v1/shipping-providers/${courier.providerId}/track-now`, {});
              reportDone(`${courier.name} is being asked about ${plural(courier.travelling, "parcel")}.`);
              await client.invalidateQueries({ queryKey: query.queryKey });
            }}
          />
        )}
      </header>
      {courier.failed !== null && (
        <p className={classes.failed} role="status">
          {courier.failures > 0
            ? `The last ${plural(courier.failures, "round")} failed: ${courier.failed}. `
            : `Of the last round: ${courier.failed}. `}
          {courier.nextRunAt !== null && (
            <>
              Asked again <Instant at={courier.nextRunAt} />.
            </>
          )}
        </p>
      )}
      <Facts facts={factsOf(courier, hours)} />
      {courier.unknownWords.length > 0 && <Unknown courier={courier} />}
    </section>
  );
}

function howWords({ accountState, everyMinutes, keys }: Courier): string {
  const asked =
    everyMinutes === null
      ? accountState === null
        ? "Is not asked: it has no API account"
        : `Is not asked: its account is ${accountState === "BROKEN" ? "broken" : "not connected"}`
      : `Asked every ${formatSpan(everyMinutes * 60_000)}`;
  return `${asked}. ${keys === 0 ? "It does not push: no key was issued" : `It may push: ${plural(keys, "key")} in force`}.`;
}

const lagWords = (lag: Lag | null): string =>
  lag === null
    ? "nothing to measure yet"
    : `half within ${formatSpan(lag.p50Seconds * 1_000)}, 95 % within ${formatSpan(lag.p95Seconds * 1_000)}, the last after ${formatSpan(lag.maxSeconds * 1_000)} (${plural(lag.count, "word")})`;

function factsOf(courier: Courier, hours: number): [string, React.ReactNode][] {
  const facts: [string, React.ReactNode][] = [
    [
      "Travelling",
      courier.travelling === 0
        ? "nothing"
        : `${plural(courier.travelling, "parcel")}${courier.neverAsked > 0 ? `, ${courier.neverAsked} not asked about yet` : ""}`,
    ],
  ];
  if (courier.everyMinutes !== null) {
    facts.push(
      [
        "Last round",
        courier.finishedAt === null ? (
          "none yet"
        ) : (
          <span key="last">
            <Instant at={courier.finishedAt} />: {courier.lastAnswered} of {courier.lastAsked} answered,{" "}
            {courier.lastNews} with news
          </span>
        ),
      ],
      ["Next round", <Instant key="next" at={courier.nextRunAt} />],
      ["Longest not asked", <Instant key="oldest" at={courier.oldestAskedAt} />],
      [`How late, asked, ${hours} h`, lagWords(courier.lagAsked)],
    );
  }
  if (courier.keys > 0 || courier.pushedAt !== null)
    facts.push(
      ["Pushed last", <Instant key="pushed" at={courier.pushedAt} />],
      [`How late, pushed, ${hours} h`, lagWords(courier.lagPushed)],
    );
  if (courier.waitingPushes > 0)
    facts.push([
      "Pushes without a parcel",
      <Link key="waiting" to="/status-sync" search={{ view: "pushes", "p-outcome": "WAITING" }}>
        {courier.waitingPushes}
      </Link>,
    ]);
  if (courier.unknownNumbers > 0)
    facts.push(["Numbers it does not know", `${plural(courier.unknownNumbers, "parcel")}: check their labels`]);
  return facts;
}

function Unknown({ courier }: { courier: Courier }) {
  return (
    <div className={classes.unknown}>
      <h3 className={classes.label}>Statuses that nobody knows here</h3>
      <ul>
        {courier.unknownWords.map((word) => (
          <li key={word.raw}>
            <Code>{word.raw}</Code>{" "}
            <span className={classes.small}>
              of {plural(word.parcels, "parcel")}, last <Instant at={word.lastHeardAt} />
            </span>
          </li>
        ))}
      </ul>
      <p className={classes.small}>They change nothing. Ask the courier what they mean, and tell your operator.</p>
    </div>
  );
}
