import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  DeclaredForm,
  type FieldDeclaration,
  type FieldValue,
  Money,
  reportDone,
  reportProblem,
  StateChip,
} from "../../ui/index.ts";
import { listingStates } from "../shared/states.ts";
import { Thumb } from "../shared/thumb.tsx";
import { figureQuery, type ListingRow, stateOf } from "./data.ts";
import { LastTold, WhyThisNumber } from "./figure.tsx";
import classes from "./listings.module.css";
import { SkuSearch } from "./sku-search.tsx";

/** Why somebody may not change listings, or null. */
export function useMayEdit(): string | null {
  return useMay()("listings.edit") ? null : "Your role may look at listings and not change them.";
}

/** Reads again what a change of a listing changes. */
export function useRefreshListings(): (listingId?: string) => Promise<void> {
  const client = useQueryClient();
  return async (listingId) => {
    await client.invalidateQueries({ queryKey: ["list", "/api/v1/listings"] });
    if (listingId !== undefined) await client.invalidateQueries({ queryKey: figureQuery(listingId).queryKey });
  };
}

/** One listing beside the list: its SKU, why its number is what it is, what is set. */
export function ListingPanel({ row }: { row: ListingRow }) {
  return (
    <div className={classes.panel}>
      <div className={classes.panelHead}>
        <Thumb name={row.title ?? row.channelSku} imageUrl={row.imageUrl} size={44} />
        <div>
          {row.channelCode} · <Code>{row.channelProductId}</Code>
          <br />
          <Code>{row.channelSku}</Code>
          {row.channelPricePaise !== null && (
            <>
              {" "}
              · <Money paise={row.channelPricePaise} />
            </>
          )}{" "}
          <StateChip state={stateOf(row)} table={listingStates} />
        </div>
      </div>
      <h3>SKU</h3>
      <Mapping row={row} />
      <h3>Why this number</h3>
      <WhyThisNumber listingId={row.listingId} />
      <h3>Last told</h3>
      <LastTold listingId={row.listingId} />
      <h3>What may be told</h3>
      <Figures row={row} />
    </div>
  );
}

function Mapping({ row }: { row: ListingRow }) {
  const refresh = useRefreshListings();
  const notNow = useMayEdit();
  const [choosing, setChoosing] = useState(false);
  const [unmapping, setUnmapping] = useState(false);
  const map = async (skuCode: string) => {
    try {
      await api.post("/api/v1/listings/map", { listings: [{ listingId: row.listingId, skuCode }] });
      setChoosing(false);
      await refresh(row.listingId);
      reportDone(`${row.channelSku} is ${skuCode}. Orders that waited for it are tried again.`);
    } catch (error) {
      reportProblem(error, `Map ${row.channelSku}`);
    }
  };
  if (row.skuCode === null || choosing)
    return (
      <div className={classes.sku}>
        {row.skuCode === null && (
          <p className={classes.note}>
            {row.stockAtChannel
              ? "No SKU, and none is needed while the marketplace keeps the stock."
              : "No SKU yet: nothing is told of it, and an order for it waits under Failed orders until it has one."}
          </p>
        )}
        {notNow === null ? (
          <SkuSearch label="SKU code or name" onChoose={(hit) => void map(hit.code)} />
        ) : (
          <p className={classes.note}>{notNow}</p>
        )}
        <div className={classes.buttons}>
          {row.suggestedSku !== null && (
            <ActionButton
              label={`Map to ${row.suggestedSku}`}
              primary
              onClick={() => map(row.suggestedSku ?? "")}
              notNow={notNow}
            />
          )}
          {choosing && <ActionButton label="Leave as it is" onClick={() => setChoosing(false)} />}
        </div>
      </div>
    );
  return (
    <div className={classes.sku}>
      <Code>{row.skuCode}</Code>
      <p>{row.skuName}</p>
      <div className={classes.buttons}>
        <ActionButton label="Change SKU" onClick={() => setChoosing(true)} notNow={notNow} />
        <ActionButton label="Unmap" onClick={() => setUnmapping(true)} notNow={notNow} />
      </div>
      <ConfirmAction
        opened={unmapping}
        onClose={() => setUnmapping(false)}
        title={`Unmap ${row.channelSku}`}
        willHappen={`${row.stockAtChannel ? "Nothing is told of it" : `${row.channelCode} is told 0 for it`}, and its next order waits under Failed orders until it has a SKU again. Orders that are here go on.`}
        verb="Unmap"
        danger
        onConfirm={async () => {
          await api.post("/api/v1/listings/unmap", { listingIds: [row.listingId] });
          await refresh(row.listingId);
        }}
      />
    </div>
  );
}

const figureMax = 1_000_000;

function fieldsOf(row: ListingRow): readonly FieldDeclaration[] {
  const number = { type: "number", min: 0, max: figureMax, unit: "units" } as const;
  return [
    {
      name: "disabled",
      label: "Disabled",
      type: "switch",
      consequence: {
        on: `${row.channelCode} is told 0, whatever is on the shelves.`,
        off: `${row.channelCode} is told what the formula above gives.`,
      },
    },
    { ...number, name: "buffer", label: "Buffer", half: true, required: true, help: "Kept back from this channel." },
    { ...number, name: "cap", label: "Cap", half: true, help: "Never told more than this. Empty: no limit." },
    {
      ...number,
      name: "reservedForChannel",
      label: "Reserved for this channel",
      required: true,
      help: "Kept from every other channel that sells the SKU.",
    },
  ];
}

function Figures({ row }: { row: ListingRow }) {
  const refresh = useRefreshListings();
  const notNow = useMayEdit();
  const save = async (values: Record<string, FieldValue>) => {
    await api.patch("/api/v1/listings", { listingIds: [row.listingId], ...values });
    await refresh(row.listingId);
    reportDone(
      row.stockAtChannel
        ? `${row.channelSku}: saved, for when its stock is yours again; now the marketplace counts it.`
        : `${row.channelSku}: saved; ${row.channelCode} is told within seconds.`,
    );
  };
  return (
    <>
      <DeclaredForm
        // Drawn anew when somebody else changed them meanwhile.
        key={[row.disabled, row.buffer, row.cap, row.reservedForChannel].join()}
        fields={fieldsOf(row)}
        initial={{
          disabled: row.disabled,
          buffer: row.buffer,
          cap: row.cap,
          reservedForChannel: row.reservedForChannel,
        }}
        submitLabel="Save"
        onSubmit={save}
        notNow={notNow}
      />
      <SkuStop row={row} />
    </>
  );
}

/** Publishing of the SKU on every channel, stopped and begun again by one click. */
function SkuStop({ row }: { row: ListingRow }) {
  const refresh = useRefreshListings();
  const notNow = useMayEdit();
  const { data } = useQuery(figureQuery(row.listingId));
  const [asking, setAsking] = useState(false);
  if (data === undefined || data.skuId === null) return null;
  const { skuId, skuCode, skuStopped } = data;
  const turn = async (stopped: boolean) => {
    await api.post("/api/v1/publish-stops", { kind: "SKU", id: skuId, stopped });
    await refresh(row.listingId);
  };
  return (
    <div className={classes.buttons}>
      <ActionButton
        label={skuStopped ? `Publish ${skuCode} again` : `Publish 0 for ${skuCode} everywhere`}
        danger={!skuStopped}
        onClick={() => (skuStopped ? turn(false) : setAsking(true))}
        notNow={notNow}
      />
      <ConfirmAction
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Publish 0 for ${skuCode}`}
        willHappen="Every channel that lists this SKU, alone or in a bundle, is told 0 within seconds, until it is published again."
        verb="Publish 0"
        danger
        onConfirm={() => turn(true)}
      />
    </div>
  );
}
