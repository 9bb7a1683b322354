import { Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay, useSession } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  Code,
  DeclaredForm,
  Empty,
  type FieldDeclaration,
  Page,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { orderQuery } from "../orders/queries.ts";
import type { OrderDetail, Unit } from "../orders/types.ts";
import { unitStates } from "../shared/states.ts";
import { Thumb } from "../shared/thumb.tsx";
import type { LookUp } from "./desk-state.ts";
import { pickupBody, pickupFields, pickupSections } from "./pickup-fields.ts";
import classes from "./returns.module.css";

const line = "For goods that a customer sends back, where the channel does not say so by itself.";

/** A reverse pickup made by hand: first the order, then which units, why, and who collects them. */
export function Screen() {
  const [params] = useUrlState();
  const may = useMay();
  return (
    <Page narrow title="Create reverse pickup" back={{ to: "/reverse-pickups", label: "Reverse Pickup" }} line={line}>
      {!may("returns.manage") && !may("returns.override") ? (
        <Empty title="Reverse pickups cannot be created" cause="Your role does not include this." />
      ) : params.order === undefined ? (
        <FindOrder />
      ) : (
        <OfOrder key={params.order} id={params.order} />
      )}
    </Page>
  );
}

/** Finds the order by any code that a customer may name. */
function FindOrder() {
  const [, change] = useUrlState();
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState<unknown>(null);
  const [working, setWorking] = useState(false);
  const find = async () => {
    setWorking(true);
    setRefused(null);
    try {
      const { candidates } = await api.get<LookUp>("/api/v1/returns/look-up", { code: code.trim() });
      change({ order: candidates[0]?.saleOrderId ?? null });
    } catch (error) {
      setRefused(error);
    } finally {
      setWorking(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() !== "") void find();
      }}
    >
      <div className={classes.find}>
        <TextInput
          label="Order, package or AWB"
          autoFocus
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="sm" loading={working} disabled={code.trim() === ""}>
          Find the order
        </Button>
      </div>
      {refused !== null && <Refusal error={refused} />}
    </form>
  );
}

interface Chosen {
  readonly reason: string;
  /** One address a line. */
  readonly pictures: string;
}

const AWAY = ["DISPATCHED", "DELIVERED"];
const mayComeBack = (unit: Unit): boolean => AWAY.includes(unit.state);

function OfOrder({ id }: { id: string }) {
  const { data, error } = useQuery(orderQuery(id));
  const [chosen, setChosen] = useState<Readonly<Record<string, Chosen>>>({});
  if (data === undefined) return error === null ? <p role="status">Reading the order…</p> : <Refusal error={error} />;
  return (
    <>
      <Section title={`Units of ${data.code}`} line="Those that left and are with the customer can be sent back.">
        <ul className={classes.units}>
          {data.units.map((unit) => (
            <UnitChoice
              key={unit.id}
              unit={unit}
              chosen={chosen[unit.id]}
              onChange={(next) => {
                const { [unit.id]: _, ...others } = chosen;
                setChosen(next === null ? others : { ...others, [unit.id]: next });
              }}
            />
          ))}
        </ul>
      </Section>
      <div className={classes.formBelow}>
        <PickupForm order={data} chosen={chosen} />
      </div>
    </>
  );
}

function UnitChoice({
  unit,
  chosen,
  onChange,
}: {
  unit: Unit;
  chosen: Chosen | undefined;
  onChange: (chosen: Chosen | null) => void;
}) {
  const fits = mayComeBack(unit);
  return (
    <li className={classes.choiceRow}>
      <Checkbox
        aria-label={`${unit.name}, ${unit.code}`}
        disabled={!fits}
        checked={chosen !== undefined}
        onChange={(event) => onChange(event.currentTarget.checked ? { reason: "", pictures: "" } : null)}
      />
      <Thumb name={unit.name} imageUrl={unit.imageUrl} size={40} />
      <span className={classes.words}>
        <span>{unit.name}</span>
        <span className={classes.codes}>
          <code>{unit.sku}</code> <code>{unit.code}</code>
        </span>
        {chosen !== undefined && (
          <span className={classes.unitFields}>
            <TextInput
              label="Why, in the customer’s words"
              maxLength={300}
              value={chosen.reason}
              onChange={(event) => onChange({ ...chosen, reason: event.currentTarget.value })}
            />
            <Textarea
              label="Customer’s pictures, one address a line"
              autosize
              minRows={1}
              placeholder="https://"
              value={chosen.pictures}
              onChange={(event) => onChange({ ...chosen, pictures: event.currentTarget.value })}
            />
          </span>
        )}
      </span>
      <StateChip state={unit.state} table={unitStates} />
    </li>
  );
}

const more: readonly FieldDeclaration[] = [
  {
    ...{ name: "courierCode", label: "Courier", type: "text", lengthMax: 100, section: "what", half: true },
    help: "Who collects it, where that is settled.",
  },
  { name: "awb", label: "AWB", type: "text", lengthMax: 100, section: "what", half: true },
  {
    ...{ name: "code", label: "Its code", type: "text", lengthMax: 45, section: "what", half: true },
    help: "Empty: numbered here.",
  },
];

function PickupForm({ order, chosen }: { order: OrderDetail; chosen: Readonly<Record<string, Chosen>> }) {
  const { facilities } = useSession();
  const navigate = useNavigate();
  const may = useMay();
  const [sends, setSends] = useState<{ readonly body: object; readonly error: unknown } | null>(null);
  const units = Object.entries(chosen).map(([unitId, { reason, pictures }]) => ({
    ...{ unitId, reason: reason.trim() === "" ? null : reason.trim() },
    imageUrls: pictures.split(/\s+/).filter((url) => url !== ""),
  }));
  const create = async (path: string, body: object) => {
    const made = await api.post<{ returnCaseId: string; code: string }>(path, body);
    reportDone(`Reverse pickup ${made.code} is made.`);
    await navigate({ to: `/returns/${made.returnCaseId}` });
  };
  return (
    <>
      <DeclaredForm
        fields={[...pickupFields(facilities), ...more]}
        sections={pickupSections}
        submitLabel="Create reverse pickup"
        notNow={
          units.length === 0
            ? "Choose at least one unit."
            : may("returns.manage")
              ? null
              : "Your role creates them only where the channel sends them itself."
        }
        onSubmit={async (given) => {
          const { courierCode, awb, code } = given;
          const body = {
            ...{ saleOrderId: order.id, units, ...pickupBody(given), code: code === "" ? null : code },
            courier: courierCode === "" ? null : { courierCode, awb: awb === "" ? null : awb },
          };
          setSends(null);
          try {
            await create("/api/v1/returns/reverse-pickups", body);
          } catch (error) {
            if (toProblem(error).code !== "REVERSE_PICKUP_NOT_BY_HAND") throw error;
            setSends({ body, error });
          }
        }}
      />
      {sends !== null && (
        <div className={classes.refused} ref={(node) => node?.scrollIntoView({ block: "nearest" })}>
          <Refusal
            error={sends.error}
            title={`${order.channel} announces what its customers send back`}
            action={
              <ActionButton
                danger
                label="Create it all the same"
                notNow={may("returns.override") ? null : "Your role does not include overriding this."}
                onClick={() => create("/api/v1/returns/reverse-pickups/override", sends.body)}
              />
            }
          />
        </div>
      )}
      <p className={classes.hint}>
        Of order <Code href={`/orders/${order.id}`}>{order.code}</Code>
      </p>
    </>
  );
}
