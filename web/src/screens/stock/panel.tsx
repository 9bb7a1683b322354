import { IconAdjustments, IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Facts, Instant, Refusal, Section } from "../../ui/index.ts";
import { AdjustForm } from "./adjust-form.tsx";
import classes from "./stock.module.css";
import { bucketWords, causeWords, type LedgerRow, type ShelfStock, type StockRow, signed } from "./stock-data.ts";

const shownEntries = 30;

/** One SKU in one facility: its sum, where it lies, and how it came to be. */
export function StockPanel({ row, onChanged }: { row: StockRow; onChanged: () => void }) {
  const may = useMay();
  const navigate = useNavigate();
  const [adjusting, setAdjusting] = useState(false);
  const of = { facilityId: row.facilityId, skuId: row.skuId };
  const shelves = useQuery({
    queryKey: ["list", "/api/v1/shelf-stock", "panel", of],
    queryFn: ({ signal }) => api.get<ListPage<ShelfStock>>("/api/v1/shelf-stock", { ...of, limit: 50 }, signal),
  });
  const ledger = useQuery({
    queryKey: ["list", "/api/v1/stock-ledger", "panel", of],
    queryFn: ({ signal }) =>
      api.get<ListPage<LedgerRow>>("/api/v1/stock-ledger", { ...of, limit: shownEntries }, signal),
  });
  return (
    <>
      <p className={classes.sum}>
        <strong>{row.available}</strong> available = {row.good} good
        {row.virtual > 0 && ` + ${row.virtual} virtual`} − {row.blocked} blocked
        {row.openSale > 0 && `; ${row.openSale} sold and waiting`}
      </p>
      <ActionButton
        label="Adjust stock"
        icon={IconAdjustments}
        notNow={may("inventory.adjust") ? null : "Your role does not include adjusting stock."}
        onClick={() => setAdjusting(true)}
      />{" "}
      <ActionButton
        label="Move between shelves"
        icon={IconArrowsExchange}
        notNow={may("putaway.manage") ? null : "Your role does not include putaway."}
        onClick={() => navigate({ to: "/putaway/transfer", search: { q: row.sku, facility: row.facilityCode } })}
      />
      <Section title="Levels">
        <Facts
          facts={[
            [
              "Product",
              <Link key="product" to={`/products/${row.skuId}`}>
                {row.name}
              </Link>,
            ],
            ["Facility", row.facilityCode],
            ["On order", row.openPurchase],
            ["Putaway", row.putawayPending],
            ["Bad", row.bad],
            ["QC rejected", row.qcRejected],
            ["Not found", row.notFound],
          ]}
        />
      </Section>
      <Section title="On the shelves">
        <ul className={classes.rows}>
          {shelves.data?.rows.map((place) => (
            <li key={`${place.shelfId}:${place.bucket}`}>
              <code>{place.shelf}</code>
              <span>{bucketWords[place.bucket] ?? place.bucket}</span>
              <strong>{place.quantity}</strong>
            </li>
          ))}
          {shelves.data?.rows.length === 0 && <li>On no shelf.</li>}
        </ul>
      </Section>
      <Section
        title="Ledger"
        line={
          ledger.data !== undefined && ledger.data.total > shownEntries
            ? `The last ${shownEntries} of ${ledger.data.total} entries.`
            : undefined
        }
      >
        {ledger.error !== null && <Refusal error={ledger.error} />}
        <ul className={classes.rows}>
          {ledger.data?.rows.map((entry) => (
            <li key={entry.id}>
              <strong data-negative={entry.quantity < 0 || undefined}>{signed(entry.quantity)}</strong>
              <span>
                {bucketWords[entry.bucket] ?? entry.bucket}: {(causeWords[entry.cause] ?? entry.cause).toLowerCase()}
                {entry.note !== null && <em> {entry.note}</em>}
                <small>
                  {entry.actorName}, <Instant at={entry.at} />
                </small>
              </span>
            </li>
          ))}
        </ul>
      </Section>
      {adjusting && <AdjustForm row={row} onClose={() => setAdjusting(false)} onDone={onChanged} />}
    </>
  );
}
