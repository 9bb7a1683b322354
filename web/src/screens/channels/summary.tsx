import { Button } from "@mantine/core";
import { IconAlertTriangle, IconBan, IconCircleCheck, IconLockOpen } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ActionButton, Facts, Section } from "../../ui/index.ts";
import { StatusSyncOf } from "../status-sync/of-channel.tsx";
import { authorize } from "./authorize.ts";
import { Banner } from "./banner.tsx";
import { ConnectSteps } from "./connect-steps.tsx";
import { type ConnectAnswer, connectedKey, facilitiesQuery, type Rules, type Summary } from "./data.ts";
import { useMayManage } from "./may.ts";
import { NotifyBanner } from "./notify-banner.tsx";
import { Places } from "./places.tsx";
import { PushAccess } from "./push-access.tsx";
import classes from "./summary.module.css";
import { SyncCard } from "./sync-card.tsx";
import { WakeUps } from "./wake-ups.tsx";

/** In the order in which an order lives: it comes in, stock goes out, the parcel is told, its end is heard of. */
const cardOrder = [
  "ORDERS",
  "PENDENCY",
  "INVENTORY",
  "NOTIFICATIONS",
  "DISPATCH",
  "STATUS_CANCELLED",
  "STATUS_DELIVERED",
  "CATALOG",
];

/** Channel Summary: what keeps syncs from running, a card for each, how orders are pushed, what is set. */
export function SummaryTab({ summary }: { summary: Summary }) {
  const { channel, cards, blocked } = summary;
  const ordered = [...cards].sort((a, b) => cardOrder.indexOf(a.kind) - cardOrder.indexOf(b.kind));
  return (
    <div className={classes.summary}>
      <JustConnected channelId={channel.channelId} sourceLabel={channel.sourceLabel} />
      {blocked.map((why) => (
        <Banner key={why} tone={channel.state === "BROKEN" ? "failed" : "attention"} icon={<IconBan size={18} />}>
          <strong>No sync runs.</strong> {sentence(why)}
        </Banner>
      ))}
      <WaitsForConsent summary={summary} />
      {summary.publishingStopped && (
        <Banner tone="attention" icon={<IconAlertTriangle size={18} />}>
          <strong>Publishing is stopped.</strong> Every listing of this channel is told 0, whatever is on the shelves.
        </Banner>
      )}
      <NotifyBanner summary={summary} />
      {ordered.length === 0 ? (
        <p className={classes.byHand}>
          {channel.sourceLabel} has no other side: its orders are entered under <Link to="/orders">Orders</Link>, by
          form or CSV, and nothing is told to anybody.
        </p>
      ) : (
        <div className={classes.cards}>
          {ordered.map((card) => (
            <SyncCard key={card.kind} card={card} channel={channel} blocked={blocked} />
          ))}
        </div>
      )}
      <StatusSyncOf channelId={channel.channelId} />
      <Places summary={summary} />
      {summary.wakesUs && <WakeUps channel={channel} />}
      {summary.push !== null && <PushAccess channel={channel} push={summary.push} />}
      <About summary={summary} />
    </div>
  );
}

/** Credentials of which the marketplace's own page gives a part: what is still to do, or to do again when it ends. */
function WaitsForConsent({ summary: { channel, consent, fields } }: { summary: Summary }) {
  const notNow = useMayManage();
  const waits = channel.state === "CONFIGURED" || channel.state === "BROKEN";
  // What the source needs beside it must be there: its page is opened with it.
  const ready = fields.every((field) => !field.required || field.byConsent || field.isSet);
  if (consent === null || !waits || !ready) return null;
  return (
    <Banner
      tone="attention"
      icon={<IconLockOpen size={18} />}
      action={
        <ActionButton label={consent.label} primary onClick={() => authorize(channel.channelId)} notNow={notNow} />
      }
    >
      <strong>Access is given on {channel.sourceLabel}’s own page.</strong> The browser comes back with{" "}
      {consent.gives.join(" and ")}; then press Connect. What was typed by hand works too.
    </Banner>
  );
}

/** "The channel is CONFIGURED": our state names, in a person's words. */
function sentence(why: string): string {
  return why
    .replace("The channel is CONFIGURED", "The channel waits for its credentials: press Connect.")
    .replace("The channel is DRAFT", "The channel waits for its settings.")
    .replace("The channel is DISABLED", "The channel is switched off.")
    .replace("The channel is BROKEN", "Its credentials are not accepted any more")
    .replace(/([^.])$/, "$1.");
}

/** After Connect: the steps that went well, until they are put away. */
function JustConnected({ channelId, sourceLabel }: { channelId: string; sourceLabel: string }) {
  const client = useQueryClient();
  // Only what Connect left in this browser: nothing is asked for.
  const { data } = useQuery<ConnectAnswer | null>({
    queryKey: connectedKey(channelId),
    queryFn: () => null,
    enabled: false,
    initialData: null,
  });
  if (data === null) return null;
  return (
    <Banner
      tone="done"
      icon={<IconCircleCheck size={18} />}
      action={
        <Button variant="default" onClick={() => client.setQueryData(connectedKey(channelId), null)}>
          Put away
        </Button>
      }
    >
      <strong>Connected to {sourceLabel}.</strong> The syncs below have started.
      <ConnectSteps steps={data.steps} sourceLabel={sourceLabel} />
    </Banner>
  );
}

const yes = (value: boolean): string => (value ? "Yes" : "No");

/** What is set and what the source is like, without opening a form. */
function About({ summary }: { summary: Summary }) {
  const { channel, rules, doesNotReport } = summary;
  const facilities = useQuery(facilitiesQuery);
  const codes = channel.facilities.map(
    ({ facilityId, channelWarehouse }) =>
      `${facilities.data?.rows.find((f) => f.facilityId === facilityId)?.code ?? "…"}${channelWarehouse === null ? "" : ` (${channelWarehouse})`}`,
  );
  const reports = rules.reports.map(title).join(", ");
  return (
    <Section title="How this channel works" line="What is set here, and what the source allows.">
      <Facts
        facts={[
          ["Facilities", codes.join(" › ")],
          ["Package type", channel.packageType],
          ["TAT", `${channel.tatHours} hours`],
          ["Auto verify", yes(channel.autoVerify)],
          ["New on hold", yes(channel.createOnHold)],
          ["Priority", String(channel.priority)],
          ...(summary.pace.wishedMinutes === null
            ? []
            : [["Asked at most", `Every ${summary.pace.wishedMinutes} minutes`] as const]),
          ["Orders", { push: "Pushed to us", pull: "Fetched", "by hand": "Entered by hand" }[rules.ordersArrive]],
          ["Invoice", invoicedBy(rules, channel.sourceLabel)],
          ["Label", rules.labelBy === "us" ? "Made here" : `By ${channel.sourceLabel}`],
          ["Manifest", rules.manifestBy === "us" ? "Made here" : `By ${channel.sourceLabel}`],
          ...(reports === "" ? [] : [["Tells us of", reports] as const]),
          ...(doesNotReport.length === 0 || reports === ""
            ? []
            : [["Never tells of", doesNotReport.map(title).join(", ")] as const]),
        ]}
      />
      {cancelRules(rules).map((rule) => (
        <p key={rule} className={classes.rule}>
          {rule}
        </p>
      ))}
    </Section>
  );
}

/** In the source's own words; said once where both sides have the same. */
function cancelRules({ channelCancelRule, sellerCancelRule }: Summary["rules"]): readonly string[] {
  return [...new Set([sellerCancelRule ?? "", channelCancelRule])].filter((rule) => rule !== "");
}

const title = (state: string): string => state.charAt(0) + state.slice(1).toLowerCase();

/** Who makes the invoice; where it depends on who ships, both. */
function invoicedBy(rules: Pick<Rules, "invoiceBy" | "invoiceOfSellerShipped">, source: string): string {
  const first = rules.invoiceBy === "us" ? "Made here" : `By ${source}`;
  if (rules.invoiceBy === rules.invoiceOfSellerShipped) return first;
  return `${first}; for what you ship yourself ${rules.invoiceOfSellerShipped === "us" ? "made here" : `by ${source}`}`;
}
