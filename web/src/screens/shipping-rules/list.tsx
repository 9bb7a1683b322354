import { ActionIcon, Switch } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical, IconPencil, IconTrash } from "@tabler/icons-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { api } from "../../lib/api.ts";
import { ConfirmAction, reportDone, reportProblem } from "../../ui/index.ts";
import { criteriaWords, movedTo, type Rule, type RuleType } from "./data.ts";
import classes from "./rules.module.css";

interface RuleListProps {
  readonly type: RuleType;
  readonly facilityId: string | null;
  readonly facility: string;
  readonly rules: readonly Rule[];
  /** Why this person may not change rules. */
  readonly notMine: string | null;
  /** Why rules cannot be moved now. */
  readonly notMovable: string | null;
  readonly onEdit: (rule: Rule) => void;
  readonly onChanged: () => void;
}

/** The rules of one facility in their order: dragged, moved by Alt and an arrow, or by the arrow buttons. */
export function RuleList({ type, facilityId, facility, rules, notMine, notMovable, onEdit, onChanged }: RuleListProps) {
  // The order that was asked for, shown until the server's own comes.
  const [asked, setAsked] = useState<{ of: readonly Rule[]; order: readonly Rule[] } | null>(null);
  const order = asked?.of === rules ? asked.order : rules;
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const [deleting, setDeleting] = useState<Rule | null>(null);

  const move = async (from: number, to: number) => {
    const next = movedTo(order, from, to);
    const rule = order[from];
    if (next === order || rule === undefined || notMovable !== null) return;
    setAsked({ of: rules, order: next });
    setSaid(`${rule.name} is now ${to + 1} of ${next.length}.`);
    try {
      await api.post("/api/v1/shipping-rules/order", { facilityId, type, ruleIds: next.map((each) => each.ruleId) });
    } catch (error) {
      setAsked(null);
      setSaid(`${rule.name} was not moved.`);
      reportProblem(error, "Move rule");
    }
    onChanged();
  };
  const drop = (to: number) => {
    const from = order.findIndex((rule) => rule.ruleId === dragged);
    setDragged(null);
    setOver(null);
    if (from >= 0) void move(from, to);
  };

  return (
    <>
      <ol className={classes.list} aria-label={`Rules of ${facility}`}>
        {order.map((rule, i) => (
          <RuleRow
            key={rule.ruleId}
            rule={rule}
            place={i}
            // Whoever gives an order counts it anew.
            preference={asked?.of === rules ? i + 1 : rule.preference}
            last={order.length - 1}
            notMine={notMine}
            notMovable={notMovable}
            dragged={dragged === rule.ruleId}
            over={over === i && dragged !== null && dragged !== rule.ruleId}
            onMove={(to) => void move(i, to)}
            onEdit={() => onEdit(rule)}
            onDelete={() => setDeleting(rule)}
            onChanged={onChanged}
            onDrag={(event) => {
              event.dataTransfer.effectAllowed = "move";
              event.dataTransfer.setData("text/plain", rule.name);
              setDragged(rule.ruleId);
            }}
            onOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              setOver(i);
            }}
            onDrop={(event) => {
              event.preventDefault();
              drop(i);
            }}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
          />
        ))}
      </ol>
      <p className={classes.said} role="status">
        {said}
      </p>
      <ConfirmAction
        danger
        opened={deleting !== null}
        onClose={() => setDeleting(null)}
        title={`Delete the rule ${deleting?.name ?? ""}`}
        verb="Delete rule"
        willHappen="Parcels that are labelled from now on go without it. Labels that were made stay as they are."
        onConfirm={async () => {
          if (deleting === null) return;
          await api.del(`/api/v1/shipping-rules/${deleting.ruleId}`);
          reportDone("The rule is deleted.");
          onChanged();
        }}
      />
    </>
  );
}

interface RuleRowProps {
  readonly rule: Rule;
  readonly place: number;
  readonly preference: number;
  readonly last: number;
  readonly notMine: string | null;
  readonly notMovable: string | null;
  readonly dragged: boolean;
  readonly over: boolean;
  readonly onMove: (to: number) => void;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
  readonly onChanged: () => void;
  readonly onDrag: (event: DragEvent) => void;
  readonly onOver: (event: DragEvent) => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
}

function RuleRow(props: RuleRowProps) {
  const { rule, place, last, notMine, notMovable, onMove } = props;
  const [busy, setBusy] = useState(false);
  const movable = notMovable === null;
  const keys = (event: KeyboardEvent) => {
    if (!event.altKey || !movable) return;
    const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onMove(Math.min(Math.max(to, 0), last));
  };
  const enable = async (enabled: boolean) => {
    setBusy(true);
    try {
      await api.put(`/api/v1/shipping-rules/${rule.ruleId}`, { ...bodyOf(rule), enabled });
      props.onChanged();
    } catch (error) {
      reportProblem(error, enabled ? "Enable rule" : "Disable rule");
    } finally {
      setBusy(false);
    }
  };
  const tip = notMovable ?? "Drag, or press Alt and an arrow";
  return (
    <li
      className={classes.row}
      data-off={!rule.enabled || undefined}
      data-dragged={props.dragged || undefined}
      data-over={props.over || undefined}
      draggable={movable}
      onDragStart={props.onDrag}
      onDragOver={props.onOver}
      onDrop={props.onDrop}
      onDragEnd={props.onDragEnd}
      onKeyDown={keys}
    >
      <button
        type="button"
        className={classes.grip}
        aria-label={`Move ${rule.name}: press Alt and an arrow`}
        aria-disabled={!movable || undefined}
        data-tip={tip}
      >
        <IconGripVertical size={16} aria-hidden />
      </button>
      <span className={classes.place} data-tip="Preference">
        {props.preference}
      </span>
      <button type="button" className={classes.words} onClick={props.onEdit}>
        <span className={classes.name}>{rule.name}</span>
        <span className={classes.condition}>
          {rule.condition.trim() === "" ? <em>always</em> : <code>{rule.condition}</code>}
        </span>
      </button>
      <span className={classes.does} data-tip={criteriaWords[rule.criteria].does}>
        {criteriaWords[rule.criteria].short} <strong>{rule.providerCode}</strong>
        {!rule.providerEnabled && <span className={classes.warn}>courier is disabled</span>}
      </span>
      <Switch
        size="xs"
        aria-label={`${rule.name} is enabled`}
        checked={rule.enabled}
        disabled={notMine !== null || busy}
        onChange={(event) => void enable(event.currentTarget.checked)}
      />
      <span className={classes.moves}>
        <Act
          label={`Move ${rule.name} up`}
          off={!movable || place === 0}
          icon={IconArrowUp}
          onClick={() => onMove(place - 1)}
        />
        <Act
          label={`Move ${rule.name} down`}
          off={!movable || place === last}
          icon={IconArrowDown}
          onClick={() => onMove(place + 1)}
        />
        <Act label={`Change ${rule.name}`} off={false} icon={IconPencil} onClick={props.onEdit} />
        <Act label={`Delete ${rule.name}`} off={notMine !== null} icon={IconTrash} onClick={props.onDelete} />
      </span>
    </li>
  );
}

function Act({
  label,
  off,
  icon: Icon,
  onClick,
}: {
  label: string;
  off: boolean;
  icon: typeof IconTrash;
  onClick: () => void;
}) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={off} onClick={onClick}>
      <Icon size={15} />
    </ActionIcon>
  );
}

/** A rule as it is sent, at the place where it stands. */
export function bodyOf(rule: Rule) {
  const { facilityId, type, name, condition, criteria, providerId, enabled } = rule;
  return { facilityId, type, name, condition, criteria, providerId, enabled, preference: null };
}
