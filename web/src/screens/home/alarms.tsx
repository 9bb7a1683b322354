import { Button } from "@mantine/core";
import { IconAlertOctagon, IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { BoardAlarm } from "../../lib/board.ts";
import { plural } from "../../lib/format.ts";
import { Instant } from "../../ui/index.ts";
import classes from "./home.module.css";

const shownFirst = 3;

/** Where the remedy of an alarm is. Kinds without a page show their words alone. */
const pages: Readonly<
  Record<
    string,
    {
      readonly to: string;
      readonly byRecord?: true;
      readonly search?: Readonly<Record<string, string>>;
      readonly label: string;
    }
  >
> = {
  PARCELS_NOT_MANIFESTED: { to: "/shipments", search: { tab: "readyToShip" }, label: "To the parcels" },
  CHANNEL_MANIFEST_MISSING: { to: "/manifests/", byRecord: true, label: "To the manifest" },
  EINVOICES_LATE: { to: "/e-invoices", search: { tab: "waiting" }, label: "To the e-invoices" },
  EINVOICE_USER_REFUSED: { to: "/settings/e-invoicing", label: "To the users" },
  CHANNEL_STEPS_LATE: { to: "/shipments", search: { channelStep: "open" }, label: "To the packages" },
  DISPATCH_LATE: { to: "/orders", search: { tab: "open", due: "late" }, label: "To the orders" },
  AWBS_LOW: { to: "/settings/shipping-providers", label: "To the couriers" },
  AWB_LOW: { to: "/settings/shipping-providers", label: "To the couriers" },
  SERIES_MISSING: { to: "/settings/facilities", label: "To the series" },
  INVOICE_SERIES_MISSING: { to: "/settings/facilities", label: "To the series" },
  SELLER_GSTIN_MISSING: { to: "/settings/facilities", label: "To the facilities" },
  CHANNEL_BROKEN: { to: "/settings/channels", label: "To the channels" },
  SYNC_BEHIND: { to: "/settings/channels", label: "To the channels" },
  STATUS_LATE: { to: "/status-sync", label: "To the status sync" },
  STATUS_REREAD_UNFINISHED: { to: "/status-sync", label: "To the status sync" },
  STOCK_SHORTAGES_OPEN: { to: "/shortages", search: { tab: "OPEN" }, label: "To the shortages" },
  ADOPTED_INVOICE_AWAITED: { to: "/shipments", search: { tab: "all", channelStep: "open" }, label: "To the packages" },
  PARCEL_CANCELLED_ON_MANIFEST: { to: "/manifests/", byRecord: true, label: "To the manifest" },
  PARTNER_DOWN: { to: "/settings/partners/", byRecord: true, label: "To the partner" },
  PARTNER_REFUSES_CREDENTIALS: { to: "/settings/partners/", byRecord: true, label: "To the partner" },
  PARTNER_DELIVERIES_FAILED: { to: "/partner-deliveries", search: { tab: "flagged" }, label: "To the deliveries" },
  COURIER_BROKEN: { to: "/settings/shipping-providers/", byRecord: true, label: "To the courier" },
  COURIER_NOT_TOLD: {
    ...{ to: "/settings/shipping-providers/", byRecord: true, label: "To what it was not told" },
    search: { view: "told" },
  },
  COURIER_NUMBERS_UNSURE: {
    ...{ to: "/settings/shipping-providers/", byRecord: true, label: "To the numbers" },
    search: { view: "numbers", "n-state": "UNSURE" },
  },
  COURIER_LABELS_LATE: {
    ...{ to: "/shipments", label: "To the packages" },
    search: { tab: "all", channelStep: "open", askedOf: "courier" },
  },
  COURIER_TRACKING_STALLED: { to: "/settings/shipping-providers/", byRecord: true, label: "To the courier" },
  CANCEL_ANSWER_UNKNOWN: { to: "/exceptions", label: "To the exceptions" },
};

/** What an operator must know now, the worst first. Nothing stands: nothing is shown. */
export function Alarms({ alarms }: { alarms: readonly BoardAlarm[] }) {
  const [all, setAll] = useState(false);
  if (alarms.length === 0) return null;
  return (
    <section aria-label="Alarms">
      <ul className={classes.alarms}>
        {(all ? alarms : alarms.slice(0, shownFirst)).map((alarm) => (
          <AlarmLine key={`${alarm.kind} ${alarm.recordId}`} alarm={alarm} />
        ))}
      </ul>
      {alarms.length > shownFirst && (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `${plural(alarms.length - shownFirst, "more alarm")}`}
        </Button>
      )}
    </section>
  );
}

function AlarmLine({ alarm }: { alarm: BoardAlarm }) {
  const critical = alarm.severity === "CRITICAL";
  const Icon = critical ? IconAlertOctagon : IconAlertTriangle;
  const page = pages[alarm.kind];
  return (
    <li className={classes.alarm} data-critical={critical || undefined}>
      <Icon size={17} className={classes.alarmIcon} aria-label={critical ? "Critical" : "Warning"} />
      <div className={classes.alarmWords}>
        <div>{alarm.message}</div>
        <div className={classes.remedy}>
          {alarm.whatToDo}{" "}
          {page !== undefined && (
            <Link to={page.byRecord === true ? page.to + alarm.recordId : page.to} search={page.search ?? {}}>
              {page.label}
            </Link>
          )}
        </div>
      </div>
      <span className={classes.since}>
        <Instant at={alarm.raisedAt} />
      </span>
    </li>
  );
}
