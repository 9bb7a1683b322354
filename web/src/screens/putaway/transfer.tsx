import { NumberInput, TextInput } from "@mantine/core";
import { IconArrowsExchange, IconPlus, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { newId } from "../../lib/new-id.ts";
import { useFacility, useMay, useSession } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Code, Empty, Page, Refusal, reportDone, Section, StateChip } from "../../ui/index.ts";
import type { ShelfStock } from "../stock/stock-data.ts";
import classes from "./putaway.module.css";
import { type Grade, gradeOptions, gradeStates } from "./putaway-data.ts";
import { ShelfInput, ShelfOffers } from "./shelf-input.tsx";
import { useShelves } from "./use-shelves.ts";

const OFFERS = "transfer-shelves";
const FOUND_MAX = 50;
const gradeOf = (bucket: string): Grade | undefined => gradeOptions.find((option) => option.value === bucket)?.value;

/** So many pieces that lie on a shelf, and where they are to go. */
interface Line {
  readonly place: ShelfStock;
  readonly grade: Grade;
  readonly quantity: number;
  /** Null: a shelf is suggested. */
  readonly toShelf: string | null;
}

const lineKey = ({ shelf, sku, bucket }: ShelfStock): string => `${shelf} ${sku} ${bucket}`;

/** Goods from shelf to shelf: find what lies where, say how many go where, take them off. */
export function Screen() {
  const facility = useFacility();
  const { facilities } = useSession();
  const only = facilities.length === 1 ? facilities[0] : undefined;
  const facilityId = facility.id ?? only?.id ?? null;
  return (
    <Page
      title="Move between shelves"
      back={{ to: "/putaway", label: "Putaway" }}
      line="The goods leave their shelf at once and count again when their putaway list is complete. Nobody can sell them meanwhile."
    >
      {facilityId === null ? (
        <Empty title="Choose a facility" cause="Goods move inside one facility: choose it in the bar above." />
      ) : (
        <Transfer key={facilityId} facilityId={facilityId} />
      )}
    </Page>
  );
}

function Transfer({ facilityId }: { facilityId: string }) {
  const shelves = useShelves(facilityId);
  const [lines, setLines] = useState<readonly Line[]>([]);
  const set = (place: ShelfStock, said: Partial<Line>) =>
    setLines(lines.map((line) => (lineKey(line.place) === lineKey(place) ? { ...line, ...said } : line)));
  return (
    <>
      <ShelfOffers id={OFFERS} shelves={shelves} />
      <Find
        facilityId={facilityId}
        taken={lines}
        onTake={(place, grade) => setLines([...lines, { place, grade, quantity: place.quantity, toShelf: null }])}
      />
      <Section
        title="To move"
        line="Without a shelf of your choice one is suggested: where more of the SKU lies, with room."
        actions={<Take facilityId={facilityId} lines={lines} />}
      >
        {lines.length === 0 ? (
          <Empty title="Nothing chosen" cause="Find a shelf or a SKU above and choose what is to be moved." />
        ) : (
          <ul className={classes.units}>
            {lines.map((line) => (
              <li key={lineKey(line.place)}>
                <span className={classes.words}>
                  <span>{line.place.name}</span>
                  <span className={classes.codes}>
                    <code>{line.place.sku}</code>
                    <span>off</span>
                    <code>{line.place.shelf}</code>
                  </span>
                </span>
                <StateChip state={line.grade} table={gradeStates} />
                <NumberInput
                  aria-label={`How many ${line.place.sku} off ${line.place.shelf}`}
                  className={classes.quantity}
                  size="xs"
                  min={1}
                  max={line.place.quantity}
                  allowDecimal={false}
                  clampBehavior="strict"
                  value={line.quantity}
                  onChange={(value) => typeof value === "number" && set(line.place, { quantity: value })}
                />
                <span className={classes.next}>of {line.place.quantity} to</span>
                <ShelfInput
                  label={`To shelf, for ${line.place.sku} off ${line.place.shelf}`}
                  value={line.toShelf}
                  offers={OFFERS}
                  placeholder="Suggested"
                  onChoose={(shelf) => set(line.place, { toShelf: shelf === "" ? null : shelf })}
                />
                <ActionButton
                  label="Leave it"
                  icon={IconX}
                  onClick={() => setLines(lines.filter((each) => each !== line))}
                />
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}

/** What lies where, by shelf or SKU. */
function Find({
  facilityId,
  taken,
  onTake,
}: {
  facilityId: string;
  taken: readonly Line[];
  onTake: (place: ShelfStock, grade: Grade) => void;
}) {
  const [params, change] = useUrlState();
  const search = params.q ?? "";
  const { data, error } = useQuery({
    queryKey: ["list", "/api/v1/shelf-stock", "transfer", facilityId, search],
    queryFn: ({ signal }) =>
      api.get<ListPage<ShelfStock>>("/api/v1/shelf-stock", { facilityId, search, limit: FOUND_MAX }, signal),
    enabled: search !== "",
  });
  const chosen = new Set(taken.map((line) => lineKey(line.place)));
  const rows = (data?.rows ?? []).filter((row) => gradeOf(row.bucket) !== undefined);
  return (
    <Section title="Where it lies">
      <TextInput
        className={classes.find}
        aria-label="Shelf or SKU"
        placeholder="Scan or type a shelf or a SKU"
        autoFocus
        defaultValue={search}
        onBlur={(event) => change({ q: event.currentTarget.value.trim() })}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          change({ q: event.currentTarget.value.trim() });
          event.currentTarget.select();
        }}
      />
      {error !== null && <Refusal error={error} />}
      {data !== undefined && rows.length === 0 && (
        <Empty title={`Nothing lies there for ${search}`} cause="Check the code of the shelf or the SKU." />
      )}
      <ul className={`${classes.units} ${classes.found}`}>
        {rows.map((row) => {
          const grade = gradeOf(row.bucket);
          return (
            <li key={lineKey(row)}>
              <Code>{row.shelf}</Code>
              <span className={classes.words}>
                <span>{row.name}</span>
                <span className={classes.codes}>
                  <code>{row.sku}</code>
                </span>
              </span>
              <StateChip state={row.bucket} table={gradeStates} />
              <span className={classes.count}>
                <strong>{row.quantity}</strong>
              </span>
              <ActionButton
                label="Move"
                icon={IconPlus}
                notNow={chosen.has(lineKey(row)) ? "It is among those to move." : null}
                onClick={() => grade !== undefined && onTake(row, grade)}
              />
            </li>
          );
        })}
      </ul>
      {data !== undefined && data.total > FOUND_MAX && (
        <p className={classes.next}>
          The first {FOUND_MAX} of {data.total}: say more of the code.
        </p>
      )}
    </Section>
  );
}

function Take({ facilityId, lines }: { facilityId: string; lines: readonly Line[] }) {
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  // Pressed again after an answer that was lost, the goods are not taken twice.
  const [transferId] = useState(newId);
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <ActionButton
      primary
      label={units === 0 ? "Take off the shelves" : `Take ${plural(units, "unit")} off the shelves`}
      icon={IconArrowsExchange}
      notNow={
        !may("putaway.manage")
          ? "Your role does not include putaway."
          : lines.length === 0
            ? "Choose what is to be moved first."
            : null
      }
      onClick={async () => {
        const made = await api.post<{ putawayId: string | null; units: number }>("/api/v1/shelf-transfers", {
          transferId,
          facilityId,
          lines: lines.map(({ place, grade, quantity, toShelf }) => ({
            ...{ sku: place.sku, grade, quantity },
            ...{ fromShelf: place.shelf, toShelf },
          })),
        });
        void client.invalidateQueries({ queryKey: ["list"] });
        reportDone(`Off the shelves: ${plural(made.units, "unit")}. Scan them where they go.`);
        await navigate({ to: `/putaway/${made.putawayId}` });
      }}
    />
  );
}
