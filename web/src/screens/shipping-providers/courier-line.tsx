import { formatSpan } from "../../lib/format.ts";
import { Facts, Instant, Section, StatCard, StatRow } from "../../ui/index.ts";
import { TrackingOfCourier } from "../status-sync/couriers.tsx";
import type { CourierAccount, CourierKind, CourierOfProvider } from "./account-data.ts";
import { settingWords } from "./account-fields.ts";
import { CourierPush } from "./courier-push.tsx";
import type { Provider } from "./provider-data.ts";
import classes from "./providers.module.css";

/** How a courier does that is asked by its API: what waits, what failed, what it can do, how it tells of parcels. */
export function CourierLine({
  provider,
  of,
  notMine,
}: {
  provider: Provider;
  of: CourierOfProvider;
  notMine: string | null;
}) {
  const { account, couriers } = of;
  const kind = couriers.find((each) => each.id === account?.courier);
  return (
    <div className={classes.view}>
      <Trouble provider={provider} account={account} />
      <Figures provider={provider} account={account} />
      {account !== null && kind !== undefined && <Ways account={account} kind={kind} />}
      <Section title="Tracking">
        <TrackingOfCourier providerId={provider.providerId} />
      </Section>
      <CourierPush provider={provider} notMine={notMine} />
    </div>
  );
}

/** Why nothing is sent to it just now. */
function Trouble({ provider, account }: { provider: Provider; account: CourierAccount | null }) {
  if (account === null)
    return <p className={classes.note}>It has no account yet: enter its address and credentials under Account.</p>;
  if (account.state === "BROKEN")
    return (
      <p className={classes.note} data-tone="failed" role="status">
        {account.brokenReason} Nothing is sent to it until it is connected again; labels wait or go to another courier.
      </p>
    );
  if (account.state === "NOT_CONNECTED")
    return (
      <p className={classes.note} data-tone="attention">
        It is not connected: nothing is sent to it, and no parcel is given to it by rules.
      </p>
    );
  if (!provider.enabled) return <p className={classes.note}>It is off: no new parcel is given to it.</p>;
  return null;
}

function Figures({ provider, account }: { provider: Provider; account: CourierAccount | null }) {
  const { providerId, labelsWaiting, labelsFailed, toGiveBack, unsure, notTold } = provider;
  const here = `/settings/shipping-providers/${providerId}`;
  const packages = (channelStep: string) => ({
    to: "/shipments",
    search: { tab: "all", channelStep, askedOf: "courier", providerId },
  });
  return (
    <StatRow>
      <StatCard
        label="Labels that wait for it"
        value={labelsWaiting}
        detail="asked again by themselves"
        {...packages("waiting")}
      />
      <StatCard
        label="Labels failed"
        value={labelsFailed}
        tone="failed"
        detail="a person must look"
        {...packages("failed")}
      />
      <StatCard
        label="Answers lost"
        value={unsure}
        tone="attention"
        detail="say which number it is"
        to={here}
        search={{ view: "numbers", "n-state": "UNSURE" }}
      />
      <StatCard
        label="Numbers to give back"
        value={toGiveBack}
        tone={notTold > 0 ? "failed" : undefined}
        detail={notTold > 0 ? `${notTold} could not be told` : "told by themselves"}
        to={here}
        search={{ view: "told", "t-tab": notTold > 0 ? "FAILED" : "WAITING" }}
      />
      <StatCard
        label="Live numbers"
        value={account?.counts.live ?? 0}
        detail="given and in use"
        to={here}
        search={{ view: "numbers", "n-state": "GIVEN" }}
      />
    </StatRow>
  );
}

const told = (can: boolean, yes: string, no: string): string => (can ? yes : no);

/** What it can do under its settings. */
function Ways({ account, kind }: { account: CourierAccount; kind: CourierKind }) {
  const { abilities, baseUrl, fields, settings } = account;
  return (
    <Section title="How it is asked" line={`${kind.label}. Changed under Account.`}>
      <Facts
        facts={[
          ["Base URL", baseUrl ?? "the courier's own"],
          ...kind.fields
            .filter(({ type }) => type !== "password")
            .map(({ name, label }) => [label, fields[name] ?? "–"] as const),
          ["Credentials", <Since key="set" account={account} />],
          ...(abilities === null
            ? []
            : ([
                ["Returns", told(abilities.reverse, "collects them from customers", "does not collect them")],
                ["Weights and sizes", told(abilities.updates, "told when they change", "cannot be told")],
                ["Unused numbers", told(abilities.cancels, "given back", "lapse by themselves")],
                ["Its manifest", told(abilities.manifests, "asked for when ours closes", "not asked for")],
                [
                  "Tracking",
                  `asked every ${formatSpan(abilities.trackEveryMinutes * 60_000)}, up to ${abilities.trackBatchMax} parcels at once`,
                ],
              ] as const)),
          ...kind.settings
            .filter(({ name }) => name !== "manifests" && name !== "trackEveryMinutes")
            .filter(({ type, name }) => type !== "text" || (settings[name] ?? "") !== "")
            .map((setting) => [setting.label, settingWords(setting, settings[setting.name])] as const),
        ]}
      />
    </Section>
  );
}

function Since({ account: { setAt, setBy, connectedAt, connectedBy } }: { account: CourierAccount }) {
  return (
    <>
      set <Instant at={setAt} /> by {setBy}
      {connectedAt !== null && (
        <>
          , taken <Instant at={connectedAt} />
          {connectedBy === null ? "" : ` (${connectedBy})`}
        </>
      )}
    </>
  );
}
