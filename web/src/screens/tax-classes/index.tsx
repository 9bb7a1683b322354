import { IconDownload, IconPencil, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { dayOf, formatDay, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, ConfirmAction, Empty, Money, Page, Refusal, reportDone } from "../../ui/index.ts";
import classes from "./tax.module.css";
import { percent, ratesOn, startsOf, type TaxClass, type TaxRate } from "./tax-data.ts";
import { TaxForm } from "./tax-form.tsx";

interface Answer {
  readonly taxClasses: readonly TaxClass[];
  readonly notInstalled: readonly { readonly code: string; readonly name: string; readonly help: string }[];
}

export function Screen() {
  const may = useMay();
  const { data, error, refetch } = useQuery({
    queryKey: ["tax-classes"],
    queryFn: ({ signal }) => api.get<Answer>("/api/v1/tax-classes", {}, signal),
  });
  const [editing, setEditing] = useState<TaxClass | "new" | null>(null);
  const [installing, setInstalling] = useState(false);
  const notMine = may("catalog.edit") ? null : "Your role does not include changing tax classes.";
  const missing = data?.notInstalled ?? [];
  const install = (
    <ActionButton
      label={`Install the standard set · ${missing.length}`}
      icon={IconDownload}
      notNow={notMine ?? (missing.length === 0 ? "All standard classes are installed." : null)}
      onClick={() => setInstalling(true)}
    />
  );
  return (
    <Page
      title="Tax classes"
      line="GST rate and cess by unit price and by the day from which they hold. A product takes its rate from its class."
      actions={
        <>
          {install}
          <ActionButton
            primary
            label="New tax class"
            icon={IconPlus}
            notNow={notMine}
            onClick={() => setEditing("new")}
          />
        </>
      }
    >
      {error !== null && data === undefined && <Refusal error={error} />}
      {data === undefined && error === null && <p role="status">Reading the tax classes…</p>}
      {data?.taxClasses.length === 0 && (
        <Empty
          title="No tax class"
          cause="A product takes its rate from its tax class. The standard set has India's usual ones."
          action={install}
        />
      )}
      {data !== undefined && (
        <ul className={classes.classes}>
          {data.taxClasses.map((taxClass) => (
            <One key={taxClass.taxClassId} taxClass={taxClass} notMine={notMine} onEdit={() => setEditing(taxClass)} />
          ))}
        </ul>
      )}
      {editing !== null && (
        <TaxForm
          taxClass={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={() => refetch()}
        />
      )}
      <ConfirmAction
        opened={installing}
        onClose={() => setInstalling(false)}
        title="Install the standard set"
        willHappen={
          <>
            Makes {plural(missing.length, "tax class", "tax classes")}: {missing.map((each) => each.name).join(", ")}.
            Those you have stay as they are.
          </>
        }
        verb="Install"
        onConfirm={async () => {
          const { installed } = await api.post<{ installed: readonly string[] }>("/api/v1/tax-classes/standard");
          await refetch();
          reportDone(`${plural(installed.length, "tax class", "tax classes")} installed.`);
        }}
      />
    </Page>
  );
}

function One({ taxClass, notMine, onEdit }: { taxClass: TaxClass; notMine: string | null; onEdit: () => void }) {
  const today = dayOf(useNow(60_000));
  const now = ratesOn(taxClass.rates, today);
  const starts = startsOf(taxClass.rates);
  const others = starts.filter((start) => start !== now[0]?.holdsFrom);
  return (
    <li className={classes.one}>
      <div className={classes.head}>
        <Code>{taxClass.code}</Code>
        <span>{taxClass.name}</span>
        <ActionButton label="Change" icon={IconPencil} notNow={notMine} onClick={onEdit} />
      </div>
      <div className={classes.now}>
        {now.length === 0 ? (
          <span className={classes.none}>No rate holds today.</span>
        ) : (
          <>
            {now.map((rate) => (
              <Rate key={rate.unitPriceFromPaise} rate={rate} alone={now.length === 1} />
            ))}
            <span className={classes.since}>since {formatDay(now[0]?.holdsFrom ?? today)}</span>
          </>
        )}
      </div>
      {others.length > 0 && (
        <details className={classes.others}>
          <summary>{plural(others.length, "other date", "other dates")}</summary>
          {others.map((start) => (
            <div key={start} className={classes.now}>
              <span className={classes.since}>
                {start > today ? "from" : "since"} {formatDay(start)}
              </span>
              {ratesOn(taxClass.rates, start).map((rate) => (
                <Rate key={rate.unitPriceFromPaise} rate={rate} alone={false} />
              ))}
            </div>
          ))}
        </details>
      )}
    </li>
  );
}

function Rate({ rate, alone }: { rate: TaxRate; alone: boolean }) {
  return (
    <span className={classes.rate}>
      <strong>{percent(rate.gstBps)}</strong>
      {rate.cessBps > 0 && ` + ${percent(rate.cessBps)} cess`}
      {rate.cessPerUnitPaise > 0 && (
        <>
          {" "}
          + <Money paise={rate.cessPerUnitPaise} /> a unit
        </>
      )}
      {!alone && (
        <span className={classes.slab}>
          {rate.unitPriceToPaise === null ? (
            <>
              above <Money paise={rate.unitPriceFromPaise - 1} />
            </>
          ) : (
            <>
              up to <Money paise={rate.unitPriceToPaise} />
            </>
          )}
        </span>
      )}
    </span>
  );
}
