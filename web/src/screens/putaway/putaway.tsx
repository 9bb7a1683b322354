import { ActionIcon, Select, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  AsOf,
  Code,
  ConfirmAction,
  Page,
  Refusal,
  reportDone,
  reportProblem,
  Section,
  StateChip,
  Station,
  type Verdict,
} from "../../ui/index.ts";
import { putawayStates } from "../shared/states.ts";
import { Thumb } from "../shared/thumb.tsx";
import classes from "./putaway.module.css";
import {
  type Grade,
  gradeOptions,
  gradeStates,
  kindWords,
  type PutawayDetail,
  type PutawayItem,
} from "./putaway-data.ts";

/** A putaway list as a station: grade each unit, say its shelf, scan it there, complete. */
export function Screen() {
  const { putawayId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery({
    queryKey: ["putaway", putawayId],
    queryFn: ({ signal }) => api.get<PutawayDetail>(`/api/v1/putaways/${putawayId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/putaway", label: "Putaway" };
  if (data === undefined)
    return (
      <Page title="Putaway" back={back}>
        {error === null ? <p role="status">Reading the list…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={putawayStates} size="md" />
        </>
      }
      line={
        <>
          {kindWords[data.kind] ?? data.kind} · {data.facility} · made by {data.createdBy}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
    >
      {data.state !== "COMPLETE" && <PutawayStation putaway={data} reading={isFetching} onChanged={changed} />}
      <Units putaway={data} onChanged={changed} />
    </Page>
  );
}

interface Part {
  readonly putaway: PutawayDetail;
  readonly onChanged: () => Promise<unknown>;
}

function PutawayStation({ putaway, reading, onChanged }: Part & { reading: boolean }) {
  const may = useMay();
  const [completing, setCompleting] = useState(false);
  const { putawayId, code, units, confirmed, items } = putaway;
  const submit = async (scanned: string): Promise<Verdict> => {
    const done = await api.post<{ sku: string; confirmedNow: number; confirmed: number; units: number }>(
      `/api/v1/putaways/${putawayId}/scan`,
      { code: scanned },
    );
    void onChanged();
    const shelves = [...new Set(items.filter((item) => item.sku === done.sku).map((item) => item.shelf ?? "no shelf"))];
    return {
      sound: "good",
      title: `${done.confirmedNow} × ${done.sku} on ${shelves.join(", ")}`,
      detail: `${done.confirmed} of ${done.units} scanned`,
    };
  };
  const ungraded = items.filter((item) => item.grade === null || item.shelf === null).length;
  const notNow = !may("putaway.manage")
    ? "Your role does not include putaway."
    : ungraded > 0
      ? `Without grade or shelf below: ${plural(ungraded, "unit")}.`
      : null;
  const left = units - confirmed;
  const next = items.find((item) => item.confirmedAt === null);
  return (
    <>
      <Station
        prompt="Scan a SKU for one piece, or a package for all of it"
        submit={submit}
        reading={reading}
        progress={`${confirmed} of ${plural(units, "unit")} scanned`}
        keys={[{ key: "F4", label: "Complete", primary: true, notNow, onPress: () => setCompleting(true) }]}
        expected={next === undefined ? undefined : <Expected item={next} />}
      />
      <ConfirmAction
        opened={completing}
        onClose={() => setCompleting(false)}
        title={`Complete putaway ${code}`}
        willHappen={`Counts ${plural(units, "unit")} on the shelves: what is good can be sold at once, and channels are told the new figures.${
          left > 0 ? ` Not scanned: ${plural(left, "unit")}; you vouch that all lie there.` : ""
        } This cannot be undone.`}
        verb="Complete putaway"
        onConfirm={async () => {
          const done = await api.post<{ units: number }>(`/api/v1/putaways/${putawayId}/complete`, {
            confirmAll: left > 0,
          });
          await onChanged();
          reportDone(`Back in stock: ${plural(done.units, "unit")}.`);
        }}
      />
    </>
  );
}

function Expected({ item }: { item: PutawayItem }) {
  return (
    <div className={classes.expected}>
      <Thumb name={item.name} imageUrl={item.imageUrl} size={64} />
      <div>
        <div className={classes.next}>Next</div>
        <strong>{item.name}</strong>
        <div>
          <code>{item.sku}</code> to shelf <strong>{item.shelf ?? "not chosen"}</strong>
        </div>
      </div>
    </div>
  );
}

function Units({ putaway, onChanged }: Part) {
  const may = useMay();
  const navigate = useNavigate();
  const { putawayId, facilityId } = putaway;
  const open = putaway.state !== "COMPLETE" && may("putaway.manage");
  const shelves = useQuery({
    queryKey: ["shelves", facilityId],
    queryFn: ({ signal }) =>
      api.get<ListPage<{ code: string }>>("/api/v1/shelves", { facilityId, enabled: true, limit: 200 }, signal),
    enabled: open && may("warehouse.view"),
  });
  const change = async (doing: string, act: () => Promise<unknown>) => {
    try {
      await act();
      await onChanged();
    } catch (error) {
      reportProblem(error, doing);
    }
  };
  const grade = (item: PutawayItem, given: { grade?: Grade; shelf?: string }) =>
    change(`Grade ${item.sku}`, () =>
      api.post(`/api/v1/putaways/${putawayId}/grade`, { gradings: [{ itemIds: [item.itemId], ...given }] }),
    );
  const release = (item: PutawayItem) =>
    change(`Take ${item.sku} off`, async () => {
      const { left } = await api.post<{ left: number }>(`/api/v1/putaways/${putawayId}/release`, {
        itemIds: [item.itemId],
      });
      if (left === 0) await navigate({ to: "/putaway" });
    });
  return (
    <Section title={`Units: ${putaway.items.length}`}>
      <ul className={classes.units}>
        {putaway.items.map((item) => (
          <li key={item.itemId} data-done={item.confirmedAt !== null || undefined}>
            <Thumb name={item.name} imageUrl={item.imageUrl} size={40} />
            <span className={classes.words}>
              <span>{item.name}</span>
              <span className={classes.codes}>
                <code>{item.sku}</code>
                {item.package !== null && <code>{item.package}</code>}
              </span>
            </span>
            {open ? (
              <>
                <Select
                  aria-label={`Grade of ${item.sku}`}
                  className={classes.grade}
                  placeholder="Grade"
                  data={[...gradeOptions]}
                  value={item.grade}
                  onChange={(value) => {
                    const chosen = gradeOptions.find((option) => option.value === value);
                    if (chosen !== undefined) void grade(item, { grade: chosen.value });
                  }}
                />
                <Shelf
                  key={item.shelf ?? ""}
                  item={item}
                  shelves={shelves.data?.rows.map((row) => row.code) ?? null}
                  onChoose={(shelf) => grade(item, { shelf })}
                />
                <span className={classes.scanned}>{item.confirmedAt === null ? "not scanned" : "scanned"}</span>
                <ActionIcon aria-label={`Take ${item.sku} off the list`} onClick={() => void release(item)}>
                  <IconX size={16} />
                </ActionIcon>
              </>
            ) : (
              <>
                {item.grade !== null && <StateChip state={item.grade} table={gradeStates} />}
                <span className={classes.shelf}>{item.shelf ?? "–"}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A shelf from the facility's list; typed where the list is not to be seen or too long. */
function Shelf({
  item,
  shelves,
  onChoose,
}: {
  item: PutawayItem;
  shelves: readonly string[] | null;
  onChoose: (shelf: string) => unknown;
}) {
  const [typed, setTyped] = useState(item.shelf ?? "");
  const label = `Shelf for ${item.sku}`;
  if (shelves !== null && shelves.length > 0 && shelves.length < 200)
    return (
      <Select
        aria-label={label}
        className={classes.shelf}
        placeholder="Shelf"
        searchable
        data={[...new Set([...shelves, ...(item.shelf === null ? [] : [item.shelf])])]}
        value={item.shelf}
        onChange={(value) => value !== null && onChoose(value)}
      />
    );
  return (
    <TextInput
      aria-label={label}
      className={classes.shelf}
      placeholder="Shelf"
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => typed.trim() !== "" && typed.trim() !== item.shelf && onChoose(typed.trim())}
    />
  );
}
