import { ActionIcon, NumberInput, SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { cx } from "../../lib/cx.ts";
import { formatPaise, parseRupees, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { Money, reportProblem, Section, Station, type Verdict } from "../../ui/index.ts";
import { SkuSearch } from "../listings/sku-search.tsx";
import { type GatepassDetail, type GatepassLine, gradeOptions, gradeWord, type LineType } from "./gatepass-data.ts";
import classes from "./gatepasses.module.css";

export interface Part {
  readonly gatepass: GatepassDetail;
  readonly reading: boolean;
  readonly onChanged: () => Promise<unknown>;
}

/** A line as it is to be; quantity 0 takes it off. */
type LineChange = Pick<GatepassLine, "sku" | "inventoryType" | "shelf" | "quantity" | "price">;

/** An open gatepass: scan piece by piece, or type lines. */
export function Editor({ gatepass, reading, onChanged }: Part) {
  const may = useMay();
  const open = gatepass.allowed.includes("edit") && may("gatepasses.manage");
  const [grade, setGrade] = useState<LineType>("good");
  const { gatepassId, items, pieces } = gatepass;
  const set = async (line: LineChange) => {
    const { sku, inventoryType, shelf, quantity, price } = line;
    await api.post(`/api/v1/gatepasses/${gatepassId}/lines`, {
      lines: [{ sku, inventoryType, shelf, quantity, price }],
    });
    await onChanged();
  };
  const submit = async (code: string): Promise<Verdict> => {
    const on = await api.post<{ sku: string; name: string; shelf: string; quantity: number }>(
      `/api/v1/gatepasses/${gatepassId}/scan`,
      { code, inventoryType: grade },
    );
    // Not awaited: the next scan does not wait for the list below to be drawn.
    void onChanged();
    return {
      sound: "good",
      title: `${on.sku} from ${on.shelf}: ${on.quantity}`,
      detail: on.name,
      undo: async () => {
        const { sku, shelf, quantity } = on;
        const price = items.find((item) => item.sku === sku)?.price ?? 0;
        await set({ sku, shelf, inventoryType: grade, quantity: quantity - 1, price });
        return { sound: "warn", title: `One ${sku} taken off`, detail: `${quantity - 1} from ${shelf} stay on it.` };
      },
    };
  };
  return (
    <>
      <Foresight gatepass={gatepass} />
      {open && (
        <>
          <Station
            prompt="Scan a SKU: one piece goes on"
            submit={submit}
            reading={reading}
            progress={`${plural(pieces, "piece")} on ${plural(items.length, "line")}`}
          />
          <div className={classes.grade}>
            <span id="grade-of-scans">Taken from stock that is</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="grade-of-scans"
              data={[...gradeOptions]}
              value={grade}
              onChange={(value) => setGrade(gradeOptions.find((option) => option.value === value)?.value ?? "good")}
            />
          </div>
        </>
      )}
      <Section title={`Lines: ${items.length}`} line="The price is the value of a piece, without tax.">
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Item</th>
                <th className={classes.wide}>Shelf</th>
                <th className={classes.number}>Pieces</th>
                <th className={classes.number}>Price</th>
                <th className={cx(classes.number, classes.wide)}>Value</th>
                {open && <th aria-label="Take off" />}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Line key={item.lineId} line={item} open={open} onSet={set} />
              ))}
              {items.length === 0 && (
                <tr>
                  <td colSpan={6} className={classes.none}>
                    Nothing is on it yet. Scan goods, or add a line below.
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
        {open && <AddLine gatepass={gatepass} grade={grade} onAdd={set} />}
      </Section>
    </>
  );
}

/** What issuing will make, or what stands in its way: known before the goods are on the lorry. */
function Foresight({ gatepass: { willIssue } }: { gatepass: GatepassDetail }) {
  if (willIssue === null) return null;
  if (willIssue.refusal !== null)
    return (
      <p className={classes.foresight} data-tone="attention" role="status">
        Cannot be issued yet. {willIssue.refusal}
      </p>
    );
  return (
    <p className={classes.foresight} data-tone="working" role="status">
      Goes with a {willIssue.title?.toLowerCase()} over {formatPaise(willIssue.total ?? 0)}.
    </p>
  );
}

function Line({
  line,
  open,
  onSet,
}: {
  line: GatepassLine;
  open: boolean;
  onSet: (line: LineChange) => Promise<void>;
}) {
  const change = async (over: Partial<LineChange>) => {
    try {
      await onSet({ ...line, ...over });
    } catch (error) {
      reportProblem(error, `Change ${line.sku}`);
    }
  };
  return (
    <tr>
      <td className={classes.item}>
        <span>{line.name}</span>
        <span className={classes.codes}>
          <code>{line.sku}</code>
          {line.inventoryType !== "good" && <span>{gradeWord(line.inventoryType)}</span>}
          <span className={classes.narrow}>{line.shelf}</span>
        </span>
      </td>
      <td className={cx(classes.shelf, classes.wide)}>{line.shelf}</td>
      <td className={classes.number}>
        {open ? (
          <Pieces key={line.quantity} line={line} onChange={(quantity) => change({ quantity })} />
        ) : (
          line.quantity
        )}
      </td>
      <td className={classes.number}>
        {open ? (
          <Price key={line.price} line={line} onChange={(price) => change({ price })} />
        ) : (
          <Money paise={line.price} />
        )}
      </td>
      <td className={cx(classes.number, classes.wide)}>
        <Money paise={line.price * line.quantity} />
      </td>
      {open && (
        <td className={classes.number}>
          <ActionIcon aria-label={`Take ${line.sku} off`} onClick={() => void change({ quantity: 0 })}>
            <IconX size={16} />
          </ActionIcon>
        </td>
      )}
    </tr>
  );
}

function Pieces({ line, onChange }: { line: GatepassLine; onChange: (quantity: number) => void }) {
  const [typed, setTyped] = useState<number | string>(line.quantity);
  const done = () => {
    if (typeof typed === "number" && typed >= 1 && typed !== line.quantity) onChange(typed);
    else setTyped(line.quantity);
  };
  return (
    <NumberInput
      aria-label={`Pieces of ${line.sku}`}
      className={classes.pieces}
      size="xs"
      min={1}
      max={20_000}
      allowDecimal={false}
      value={typed}
      onChange={setTyped}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}

function Price({ line, onChange }: { line: GatepassLine; onChange: (paise: number) => void }) {
  const [typed, setTyped] = useState((line.price / 100).toFixed(2));
  const paise = parseRupees(typed);
  const done = () => {
    if (paise !== null && paise >= 0 && paise !== line.price) onChange(paise);
  };
  return (
    <TextInput
      aria-label={`Price of ${line.sku}`}
      className={classes.price}
      size="xs"
      inputMode="decimal"
      value={typed}
      error={paise === null ? "is not an amount" : null}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === "Enter" && done()}
    />
  );
}

interface ShelfStock {
  readonly shelf: string;
  readonly bucket: string;
  readonly quantity: number;
}

/** A line by search: the SKU, and of the shelves where it lies the one to take from. */
function AddLine({
  gatepass,
  grade,
  onAdd,
}: {
  gatepass: GatepassDetail;
  grade: LineType;
  onAdd: (line: LineChange) => Promise<void>;
}) {
  const [sku, setSku] = useState<{ skuId: string; code: string; name: string } | null>(null);
  const may = useMay();
  const { facilityId, items } = gatepass;
  const { data } = useQuery({
    queryKey: ["shelf-stock", facilityId, sku?.skuId, grade],
    queryFn: ({ signal }) =>
      api.get<ListPage<ShelfStock>>(
        "/api/v1/shelf-stock",
        { facilityId, skuId: sku?.skuId, bucket: grade, limit: 50 },
        signal,
      ),
    enabled: sku !== null && may("inventory.view"),
  });
  const add = async (shelf: string) => {
    if (sku === null) return;
    const before = items.find((item) => item.sku === sku.code && item.shelf === shelf && item.inventoryType === grade);
    const price = before?.price ?? items.find((item) => item.sku === sku.code)?.price ?? 0;
    try {
      await onAdd({ sku: sku.code, shelf, inventoryType: grade, quantity: (before?.quantity ?? 0) + 1, price });
      setSku(null);
    } catch (error) {
      reportProblem(error, `Add ${sku.code}`);
    }
  };
  const shelves = (data?.rows ?? []).filter((row) => row.quantity > 0);
  return (
    <div className={classes.add}>
      <SkuSearch label="Add a line: SKU or name" onChoose={(hit) => setSku(hit)} />
      {sku !== null && (
        <Select
          label={`Shelf of ${sku.code}`}
          placeholder={shelves.length === 0 && data !== undefined ? "No such stock here" : "Choose the shelf"}
          size="xs"
          autoFocus
          defaultDropdownOpened
          data={shelves.map((row) => ({ value: row.shelf, label: `${row.shelf}: ${row.quantity}` }))}
          value={null}
          onChange={(shelf) => shelf !== null && void add(shelf)}
        />
      )}
    </div>
  );
}
