import { NumberInput, TextInput } from "@mantine/core";
import {
  IconArrowRight,
  IconBan,
  IconBuildingWarehouse,
  IconChecks,
  IconFlag,
  IconHandStop,
  IconPlayerPlay,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, AsOf, ConfirmAction, Instant, reportDone } from "../../ui/index.ts";
import type { Outcome } from "../shared/bulk-run.tsx";
import type { Word } from "../status-sync/data.ts";
import { AcceptanceWords, useAcceptance } from "./acceptance.tsx";
import { CancelDialog } from "./cancel-dialog.tsx";
import classes from "./head.module.css";
import { orderChanged } from "./queries.ts";
import { SwitchDialog } from "./switch-dialog.tsx";
import { SyncStatusButton } from "./sync-status.tsx";
import type { ActionName, OrderActions, OrderDetail } from "./types.ts";
import { seriesPage, useWaitingWords, WaitingWord } from "./waiting-words.tsx";

type Asking = "hold" | "cancel" | "switchFacility" | "prioritize" | null;

const rights: Readonly<Record<ActionName, string>> = {
  verify: "orders.verify",
  hold: "orders.hold",
  unhold: "orders.hold",
  cancel: "orders.cancel",
  switchFacility: "orders.edit",
  prioritize: "orders.edit",
};

interface HeadProps {
  readonly order: OrderDetail;
  readonly actions: OrderActions | undefined;
  readonly error: unknown;
}

/** The one next action, the others beside it, what is not allowed greyed with its reason; above them what wants a person. */
export function OrderHead({ order, actions, error }: HeadProps) {
  const [asking, setAsking] = useState<Asking>(null);
  const client = useQueryClient();
  const may = useMay();
  const whyNot = (name: ActionName): string | null => {
    if (!may(rights[name])) return "Your roles do not include this.";
    if (actions === undefined) return "What is allowed is being asked.";
    const found = actions.actions.find((each) => each.action === name);
    return found === undefined ? "The server does not offer this." : found.allowed ? null : (found.why ?? "Not now.");
  };
  const act = async (path: string, body: object, done: string) => {
    const [outcome] = await api.post<readonly Outcome[]>(`/api/v1/orders/${path}`, { ids: [order.id], ...body });
    await orderChanged(client, order.id);
    if (outcome?.ok !== true)
      throw new ApiError(409, {
        code: "REFUSED",
        message: outcome?.message ?? "The server did not say what became of it.",
      });
    reportDone(outcome.message ?? done); // done in part: it says what stays
  };
  const waiting = useWaitingWords(order.id);
  const series = waiting.map(seriesPage).find((page) => page !== null);
  const next = nextOf(order) ?? (series === undefined ? null : { label: "Define the series", to: series });
  return (
    <div className={classes.head}>
      <Notes order={order} waiting={waiting} heldByWord={actions?.heldByWord ?? []} />
      <div className={classes.actions}>
        {next !== null && <NextLink next={next} />}
        {order.state === "PENDING_VERIFICATION" && (
          <ActionButton
            label="Verify"
            icon={IconChecks}
            primary={next === null}
            notNow={whyNot("verify")}
            onClick={() => act("verify", {}, `${order.code} is verified; stock is being looked for.`)}
          />
        )}
        {order.onHold || order.heldUnits > 0 ? (
          <ActionButton
            label="Unhold"
            icon={IconPlayerPlay}
            primary={next === null && order.state !== "PENDING_VERIFICATION" && whyNot("unhold") === null}
            notNow={whyNot("unhold")}
            onClick={() => act("unhold", {}, `${order.code} goes on.`)}
          />
        ) : (
          <ActionButton label="Hold" icon={IconHandStop} notNow={whyNot("hold")} onClick={() => setAsking("hold")} />
        )}
        <ActionButton
          label="Switch facility"
          icon={IconBuildingWarehouse}
          notNow={whyNot("switchFacility")}
          onClick={() => setAsking("switchFacility")}
        />
        <ActionButton
          label="Priority"
          icon={IconFlag}
          notNow={whyNot("prioritize")}
          onClick={() => setAsking("prioritize")}
        />
        <SyncStatusButton order={order} />
        <ActionButton
          label="Cancel"
          icon={IconBan}
          danger
          notNow={whyNot("cancel")}
          onClick={() => setAsking("cancel")}
        />
        {actions === undefined && <AsOf at={Date.now()} error={error} />}
      </div>
      <NoCancel order={order} actions={actions} />
      {asking === "hold" && <HoldDialog order={order} onClose={() => setAsking(null)} act={act} />}
      {asking === "prioritize" && <PriorityDialog order={order} onClose={() => setAsking(null)} act={act} />}
      {asking === "cancel" && actions !== undefined && (
        <CancelDialog order={order} actions={actions} onClose={() => setAsking(null)} />
      )}
      {asking === "switchFacility" && actions !== undefined && (
        <SwitchDialog order={order} actions={actions} onClose={() => setAsking(null)} />
      )}
    </div>
  );
}

/** Why an open order is not cancelled any more, in the rule's own words: nobody has to point at a button to read it. */
function NoCancel({ order, actions }: { order: OrderDetail; actions: OrderActions | undefined }) {
  const cancel = actions?.actions.find((each) => each.action === "cancel");
  const closed = order.state === "CANCELLED" || order.state === "COMPLETE";
  if (closed || cancel === undefined || cancel.allowed || cancel.why === null) return null;
  return <p className={classes.rule}>Not cancelled any more: {cancel.why}</p>;
}

interface Next {
  readonly label: string;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
}

/** Where the order's work goes on when nothing on this page itself is to be done first. */
function nextOf(order: OrderDetail): Next | null {
  if (order.openExceptions > 0)
    return { label: "Decide what is in doubt", to: "/exceptions", search: { q: order.code } };
  if (order.state === "PENDING_VERIFICATION" || order.onHold || order.heldUnits > 0) return null;
  const steps = [
    ["CREATED", "Invoice"],
    ["PICKED", "Invoice"],
    ["PICKING", "See"],
    ["PACKED", "Label"],
    ["READY_TO_SHIP", "Hand over"],
    ["LOCATION_NOT_SERVICEABLE", "See"],
  ] as const;
  for (const [state, verb] of steps) {
    const parcel = order.parcels.find((each) => each.state === state);
    if (parcel !== undefined) return { label: `${verb} ${parcel.code}`, to: `/shipments/${parcel.code}` };
  }
  const onManifest = order.parcels.find((each) => each.state === "MANIFESTED" && each.manifestId !== null);
  if (onManifest !== undefined)
    return { label: `Close manifest ${onManifest.manifest}`, to: `/manifests/${onManifest.manifestId}` };
  const short = order.units.find((unit) => unit.state === "UNFULFILLABLE");
  if (short !== undefined) return { label: `Stock of ${short.sku}`, to: "/stock", search: { q: short.sku } };
  return null;
}

function NextLink({ next }: { next: Next }) {
  const navigate = useNavigate();
  return (
    <ActionButton
      label={next.label}
      icon={IconArrowRight}
      primary
      onClick={() => navigate({ to: next.to, ...(next.search === undefined ? {} : { search: next.search }) })}
    />
  );
}

interface NotesProps {
  readonly order: OrderDetail;
  readonly waiting: readonly Word[];
  readonly heldByWord: readonly string[];
}

/** What wants a person or explains the state, one sentence each. */
function Notes({ order, waiting, heldByWord }: NotesProps) {
  const onHold = order.units.filter((unit) => unit.onHold && unit.state !== "CANCELLED");
  const byWord = onHold.filter((unit) => heldByWord.includes(unit.code)).length;
  const held = onHold.length - byWord;
  const locked = order.units.filter((unit) => unit.cancelRequestedAt !== null && unit.state !== "CANCELLED").length;
  const accepted = useAcceptance(order.id);
  const short = order.units.filter((unit) => unit.short).length;
  const notes: React.ReactNode[] = waiting.map((word) => <WaitingWord key={word.channelWordId} word={word} />);
  if (accepted !== null && accepted.state !== "TAKEN") notes.push(<AcceptanceWords acceptance={accepted} />);
  if (order.onHold) notes.push(<>On hold: {order.holdReason ?? "no reason was given"}.</>);
  else if (held > 0) notes.push(<>{unitsAre(held)} held until a person decides.</>);
  if (byWord > 0) notes.push(<>{unitsAre(byWord)} held until the channel’s word takes effect here.</>);
  if (order.onHold && order.actionableFrom !== null)
    notes.push(
      <>
        Its channel lets it be processed from <Instant at={order.actionableFrom} /> on.
      </>,
    );
  if (locked > 0)
    notes.push(
      <>
        A cancellation of {plural(locked, "unit")} waits for the channel’s answer; {locked === 1 ? "it is" : "they are"}{" "}
        locked until then.
      </>,
    );
  if (short > 0)
    notes.push(
      <>
        {plural(short, "unit")} left by the channel’s panel without being in the books.{" "}
        <Link to="/shortages" search={{ q: order.code }}>
          See the shortages
        </Link>
      </>,
    );
  if (order.noticesPausedAt !== null)
    notes.push(
      <>
        Notifications of this order are paused since <Instant at={order.noticesPausedAt} />
        {order.noticesPausedReason !== null && `: ${order.noticesPausedReason}`}. Repeat one in the timeline to go on;
        dispatch details never stop.
      </>,
    );
  if (order.channelReturnedAt !== null)
    notes.push(
      <>
        The channel says it was returned, <Instant at={order.channelReturnedAt} />. Goods on the shelf close the return.
      </>,
    );
  if (order.channelCancelledAt !== null && order.state !== "CANCELLED")
    notes.push(
      <>
        The channel says it was cancelled, <Instant at={order.channelCancelledAt} />.
      </>,
    );
  if (notes.length === 0) return null;
  return (
    <ul className={classes.notes}>
      {notes.map((note, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sentences without a state of their own
        <li key={i}>{note}</li>
      ))}
    </ul>
  );
}

const unitsAre = (count: number): string => (count === 1 ? "1 unit is" : `${count} units are`);

interface SmallDialogProps {
  readonly order: OrderDetail;
  readonly onClose: () => void;
  readonly act: (path: string, body: object, done: string) => Promise<void>;
}

function HoldDialog({ order, onClose, act }: SmallDialogProps) {
  const [reason, setReason] = useState("");
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`Hold ${order.code}`}
      willHappen="The order stops where it is: nothing is allocated, invoiced or handed over until it is taken off hold. Its deadline goes on."
      verb="Hold"
      notNow={reason.trim() === "" ? "Say why; it stands in the timeline." : null}
      onConfirm={() => act("hold", { reason: reason.trim() }, `${order.code} is on hold.`)}
    >
      <TextInput
        data-autofocus
        label="Why"
        placeholder="Buyer asked to wait until Monday"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmAction>
  );
}

const priorityMax = 1000;

function PriorityDialog({ order, onClose, act }: SmallDialogProps) {
  const [priority, setPriority] = useState<number | string>(order.priority);
  const fits = typeof priority === "number" && Number.isInteger(priority) && Math.abs(priority) <= priorityMax;
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`Priority of ${order.code}`}
      willHappen="Among orders that wait for the same stock, the higher number is served first, whatever its deadline. Most have 0."
      verb="Set priority"
      notNow={fits ? null : `A whole number from −${priorityMax} to ${priorityMax}`}
      onConfirm={() => act("priority", { priority }, `${order.code} has priority ${priority}.`)}
    >
      <NumberInput
        data-autofocus
        label="Priority"
        allowDecimal={false}
        value={priority}
        onChange={setPriority}
        min={-priorityMax}
        max={priorityMax}
        clampBehavior="none"
      />
    </ConfirmAction>
  );
}
