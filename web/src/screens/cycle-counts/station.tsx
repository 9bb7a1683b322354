import { Button, Modal, NumberInput, SegmentedControl } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ApiError } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  Code,
  ConfirmAction,
  Page,
  Refusal,
  reportDone,
  reportProblem,
  Section,
  Station,
  type Verdict,
} from "../../ui/index.ts";
import { Thumb } from "../shared/thumb.tsx";
import { bucketWords, type CountDetail, type CountShelfRow, differenceOf } from "./count-data.ts";
import classes from "./cycle-counts.module.css";

interface Line {
  readonly skuId: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly bucket: string;
  readonly counted: number;
}
interface BlindShelf {
  readonly shelf: string;
  readonly state: string;
  readonly lines: readonly Line[];
}
interface Begun {
  readonly shelfId: string;
  readonly shelf: string;
  readonly how: "BEGIN" | "RESUME" | "TAKE_OVER";
}
interface Counted {
  readonly sku: string;
  readonly counted: number;
  readonly pieces: number;
  readonly known: boolean;
}

const buckets = ["good", "bad", "qc_rejected"] as const;
const PIECES_MAX = 1_000_000;

/** The counting station: scan a shelf, scan what lies on it, finish. Nobody is told what is expected. */
export function Screen() {
  const { cycleCountId = "" } = useParams({ strict: false });
  const may = useMay();
  const [params, change] = useUrlState();
  const client = useQueryClient();
  const count = useQuery({
    queryKey: ["cycle-count", cycleCountId],
    queryFn: ({ signal }) => api.get<CountDetail>(`/api/v1/cycle-counts/${cycleCountId}`, {}, signal),
  });
  const [taken, setTaken] = useState<{ code: string; error: ApiError } | null>(null);
  const shelfId = params.at ?? "";
  const begin = async (code: string, takeOver = false): Promise<Verdict> => {
    const begun = await api.post<Begun>(`/api/v1/cycle-counts/${cycleCountId}/begin`, { shelf: code, takeOver });
    void client.invalidateQueries({ queryKey: ["list"] });
    await count.refetch();
    change({ at: begun.shelfId });
    return {
      sound: "good",
      title: begun.how === "BEGIN" ? `Counting ${begun.shelf}` : `Going on with ${begun.shelf}`,
      detail: "Scan every piece that lies there.",
    };
  };
  const scanShelf = async (code: string): Promise<Verdict> => {
    try {
      return await begin(code);
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.code !== "COUNT_SHELF_TAKEN") throw error;
      setTaken({ code, error });
      return { sound: "bad", title: error.problem.message };
    }
  };
  const back = { to: `/cycle-counts/${cycleCountId}`, label: count.data?.code ?? "Cycle count" };
  if (count.data === undefined)
    return (
      <Page title="Count shelves" back={back}>
        {count.error === null ? <p role="status">Reading the count…</p> : <Refusal error={count.error} />}
      </Page>
    );
  const leave = async () => {
    change({ at: null });
    void client.invalidateQueries({ queryKey: ["list"] });
    await count.refetch();
  };
  return (
    <Page
      title={`Count shelves of ${count.data.facility}`}
      back={back}
      line={
        shelfId === ""
          ? "Scan a shelf to begin. Until it is accepted nothing is picked from it and nothing put onto it."
          : "Count what lies there, not what should. The difference is shown when the shelf is finished."
      }
    >
      {!may("cyclecounts.count") ? (
        <p>Your role does not include counting shelves.</p>
      ) : shelfId === "" ? (
        <ChooseShelf count={count.data} first={params.shelf ?? ""} submit={scanShelf} />
      ) : (
        <CountPieces key={shelfId} cycleCountId={cycleCountId} shelfId={shelfId} onLeave={leave} />
      )}
      <ConfirmAction
        opened={taken !== null}
        onClose={() => setTaken(null)}
        title={`Take over shelf ${taken?.code ?? ""}`}
        willHappen={`${taken?.error.problem.message ?? ""} Taking over goes on with what was counted so far; the other person can count nothing more on it.`}
        verb="Take over"
        onConfirm={() => (taken === null ? undefined : begin(taken.code, true))}
      />
    </Page>
  );
}

function ChooseShelf({
  count,
  first,
  submit,
}: {
  count: CountDetail;
  first: string;
  submit: (code: string) => Promise<Verdict>;
}) {
  const { data } = useQuery({
    queryKey: ["list", "shelves to count", count.cycleCountId],
    queryFn: ({ signal }) =>
      api.get<ListPage<CountShelfRow>>(
        "/api/v1/cycle-count-shelves",
        { cycleCountId: count.cycleCountId, limit: 200, sort: "shelf" },
        signal,
      ),
  });
  const open = (data?.rows ?? []).filter((row) => row.state === "TO_COUNT" || row.state === "COUNTING");
  const shown = first === "" ? open : [...open].sort((a, b) => Number(b.shelf === first) - Number(a.shelf === first));
  return (
    <Station
      prompt="Scan a shelf"
      submit={submit}
      progress={`${count.judged} of ${plural(count.shelves, "shelf", "shelves")} counted`}
      expected={
        shown.length === 0 ? (
          <strong>{data === undefined ? "Reading the shelves…" : "All shelves are counted."}</strong>
        ) : (
          <ul className={classes.shelves} aria-label="Shelves to count">
            {shown.slice(0, 12).map((row) => (
              <li key={row.shelfId}>
                <code>{row.shelf}</code>
                <span>{row.state === "COUNTING" ? `${row.counter} is counting it` : row.subCountName}</span>
                <Button size="compact-xs" variant="default" onClick={() => act(row.shelf, submit)}>
                  {row.state === "COUNTING" ? "Go on" : "Count"}
                </Button>
              </li>
            ))}
            {shown.length > 12 && <li>and {shown.length - 12} more</li>}
          </ul>
        )
      }
    />
  );
}

function act(shelf: string, submit: (code: string) => Promise<Verdict>): void {
  submit(shelf).catch((error: unknown) => reportProblem(error, `Begin shelf ${shelf}`));
}

function CountPieces({
  cycleCountId,
  shelfId,
  onLeave,
}: {
  cycleCountId: string;
  shelfId: string;
  onLeave: () => Promise<unknown>;
}) {
  const path = `/api/v1/cycle-counts/${cycleCountId}/shelves/${shelfId}`;
  const [bucket, setBucket] = useState<(typeof buckets)[number]>("good");
  const [quantity, setQuantity] = useState(1);
  const [asked, setAsked] = useState<"quantity" | "finish" | "giveUp" | null>(null);
  const [found, setFound] = useState<CountShelfRow | null>(null);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["blind-shelf", cycleCountId, shelfId],
    queryFn: ({ signal }) => api.get<BlindShelf>(path, {}, signal),
  });
  if (data === undefined) return error === null ? <p role="status">Reading the shelf…</p> : <Refusal error={error} />;
  const pieces = data.lines.reduce((sum, line) => sum + line.counted, 0);
  const count = (code: string, more: number, kind = bucket) =>
    api.post<Counted>(`${path}/pieces`, { how: "ADD", code, bucket: kind, quantity: more });
  const submit = async (code: string): Promise<Verdict> => {
    const [more, kind] = [quantity, bucket];
    const done = await count(code, more, kind);
    setQuantity(1); // a typed number is for one scan: left standing it would be counted again
    void refetch();
    const word = kind === "good" ? "" : `, ${bucketWords[kind]?.toLowerCase()}`;
    return {
      sound: done.known ? "good" : "warn",
      title: `${done.sku}: ${done.counted}${word}`,
      detail: done.known
        ? `${plural(done.pieces, "piece")} on ${data.shelf} so far`
        : `The books know no ${done.sku} on ${data.shelf}: counted as extra. Look whether it belongs to the shelf beside.`,
      undo: async () => {
        const taken = await count(code, -more, kind);
        await refetch();
        return { sound: "warn", title: `${taken.sku} taken back`, detail: `${taken.counted} counted${word}` };
      },
    };
  };
  const next = () => setBucket(buckets[(buckets.indexOf(bucket) + 1) % buckets.length] ?? "good");
  return (
    <>
      <Station
        prompt={`Scan what lies on ${data.shelf}`}
        submit={submit}
        reading={isFetching}
        progress={`${plural(pieces, "piece")} counted on ${data.shelf}`}
        keys={[
          { key: "F3", label: `Kind: ${bucketWords[bucket]}`, onPress: next },
          {
            key: "F6",
            label: quantity === 1 ? "Type a quantity" : `Next scan: ${quantity}`,
            onPress: () => setAsked("quantity"),
          },
          { key: "F7", label: "Give up", onPress: () => setAsked("giveUp") },
          { key: "F4", label: "Finish shelf", primary: true, onPress: () => setAsked("finish") },
        ]}
        expected={
          <SegmentedControl
            aria-label="Kind of the next pieces"
            value={bucket}
            onChange={(value) => setBucket(buckets.find((each) => each === value) ?? "good")}
            data={buckets.map((value) => ({ value, label: bucketWords[value] ?? value }))}
          />
        }
      />
      <Section title={`Counted on ${data.shelf}`}>
        <Tally lines={data.lines} path={path} onChanged={refetch} />
      </Section>
      {asked === "quantity" && (
        <QuantityDialog initial={quantity} onClose={() => setAsked(null)} onChoose={setQuantity} />
      )}
      <ConfirmAction
        opened={asked === "finish"}
        onClose={() => setAsked(null)}
        title={`Finish shelf ${data.shelf}`}
        willHappen={`You counted ${plural(pieces, "piece")} of ${plural(new Set(data.lines.map((line) => line.sku)).size, "SKU")}. The shelf then waits to be accepted.`}
        verb="Finish shelf"
        onConfirm={async () => {
          await api.post(`${path}/finish`);
          const rows = await api.get<ListPage<CountShelfRow>>("/api/v1/cycle-count-shelves", {
            cycleCountId,
            search: data.shelf,
            limit: 200,
          });
          setFound(rows.rows.find((row) => row.shelfId === shelfId) ?? null);
        }}
      />
      <ConfirmAction
        danger
        opened={asked === "giveUp"}
        onClose={() => setAsked(null)}
        title={`Give up shelf ${data.shelf}`}
        willHappen="Forgets what was counted on it and frees it for orders at once. It stays in the count, to be counted later."
        verb="Give up"
        onConfirm={async () => {
          await api.post(`/api/v1/cycle-counts/${cycleCountId}/give-up`, { shelfIds: [shelfId] });
          await onLeave();
        }}
      />
      {found !== null && <Finished row={found} cycleCountId={cycleCountId} onLeave={onLeave} />}
    </>
  );
}

/** What was found against what the books said: shown when nothing can be counted towards it any more. */
function Finished({
  row,
  cycleCountId,
  onLeave,
}: {
  row: CountShelfRow;
  cycleCountId: string;
  onLeave: () => Promise<unknown>;
}) {
  const may = useMay();
  const navigate = useNavigate();
  const [refused, setRefused] = useState<unknown>(null);
  const right = (row.missing ?? 0) + (row.extra ?? 0) === 0;
  const accept = async () => {
    setRefused(null);
    try {
      const done = await api.post<{ accepted: number; refused: readonly { message: string; whatToDo: string }[] }>(
        `/api/v1/cycle-counts/${cycleCountId}/accept`,
        { shelfIds: [row.shelfId] },
      );
      const [no] = done.refused;
      if (no !== undefined) return setRefused(new ApiError(409, { code: "REFUSED", ...no }));
      reportDone(`Shelf ${row.shelf} is accepted.`);
      await onLeave();
    } catch (error) {
      setRefused(error);
    }
  };
  return (
    <Modal opened onClose={() => void onLeave()} title={<strong>Shelf {row.shelf} is counted</strong>}>
      <p className={classes.result} data-right={right || undefined}>
        {right ? "The books were right." : `Difference: ${differenceOf(row.missing, row.extra)}`}
      </p>
      <p>
        {plural(row.counted ?? 0, "piece")} counted, {row.expected} in the books.
      </p>
      {refused !== null && <Refusal error={refused} title="Not accepted" />}
      <div className={classes.foot}>
        <Button
          variant="default"
          onClick={() => void navigate({ to: `/cycle-counts/${cycleCountId}`, search: { open: row.shelfId } })}
        >
          Look at the lines
        </Button>
        {may("cyclecounts.accept") && (
          <Button variant={right ? "filled" : "default"} onClick={() => void accept()}>
            Accept
          </Button>
        )}
        <Button
          variant={right && may("cyclecounts.accept") ? "default" : "filled"}
          data-autofocus
          onClick={() => void onLeave()}
        >
          Next shelf
        </Button>
      </div>
    </Modal>
  );
}

function QuantityDialog({
  initial,
  onClose,
  onChoose,
}: {
  initial: number;
  onClose: () => void;
  onChoose: (quantity: number) => void;
}) {
  const [typed, setTyped] = useState<number | string>(initial);
  const fits = typeof typed === "number" && Number.isSafeInteger(typed) && typed >= 1 && typed <= PIECES_MAX;
  return (
    <Modal opened onClose={onClose} title={<strong>How many pieces is the next scan</strong>} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!fits) return;
          onChoose(typed);
          onClose();
        }}
      >
        <NumberInput
          data-autofocus
          label="Pieces"
          value={typed}
          onChange={setTyped}
          min={1}
          max={PIECES_MAX}
          allowDecimal={false}
          onFocus={(event) => event.currentTarget.select()}
        />
        <div className={classes.foot}>
          <Button type="submit" disabled={!fits}>
            Use for the next scan
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Tally({
  lines,
  path,
  onChanged,
}: {
  lines: readonly Line[];
  path: string;
  onChanged: () => Promise<unknown>;
}) {
  if (lines.length === 0)
    return <p className={classes.none}>Nothing yet. An empty shelf is finished with nothing counted.</p>;
  const set = async (line: Line, quantity: number) => {
    try {
      await api.post(`${path}/pieces`, { how: "SET", code: line.sku, bucket: line.bucket, quantity });
    } catch (error) {
      reportProblem(error, `Count ${line.sku}`);
    }
    await onChanged();
  };
  return (
    <ul className={classes.tally}>
      {lines.map((line) => (
        <li key={`${line.skuId} ${line.bucket}`}>
          <Thumb name={line.name} imageUrl={line.imageUrl} size={40} />
          <span className={classes.words}>
            <span>{line.name}</span>
            <Code>{line.sku}</Code>
          </span>
          <span className={classes.kind}>{bucketWords[line.bucket]}</span>
          <NumberInput
            key={line.counted}
            aria-label={`Pieces of ${line.sku}, ${bucketWords[line.bucket]?.toLowerCase()}`}
            className={classes.pieces}
            defaultValue={line.counted}
            min={0}
            max={PIECES_MAX}
            allowDecimal={false}
            onBlur={(event) => {
              const typed = Number(event.currentTarget.value.replaceAll(",", ""));
              if (Number.isSafeInteger(typed) && typed >= 0 && typed !== line.counted) void set(line, typed);
            }}
            onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
          />
        </li>
      ))}
    </ul>
  );
}
