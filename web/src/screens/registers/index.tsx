import { Button, NativeSelect } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, withQuery } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { dayOf, formatCount } from "../../lib/format.ts";
import { useFacility, useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Empty, Money, Page, Refusal, Section } from "../../ui/index.ts";
import { rateWords } from "../credit-notes/credit-note-data.ts";
import { type HsnRow, monthName, months, type SeriesRow, type SummaryRow, type Sums, sumOf } from "./register-data.ts";
import classes from "./registers.module.css";

interface Question {
  readonly month: string;
  readonly gstin: string | null;
  readonly facilityId: string | null;
  readonly [name: string]: string | null;
}

const line =
  "What was invoiced and credited in a month, for the returns to the tax office. The files hold every document.";
const monthsShown = 24;

/** The registers of a month: sums on screen, documents as files. */
export function Screen() {
  const may = useMay();
  const { id, code } = useFacility();
  const [params, change] = useUrlState();
  const today = dayOf(useNow(60_000));
  const month = params.month ?? today.slice(0, 7);
  const question: Question = { month, gstin: params.gstin ?? null, facilityId: id };
  const all = useFinance<SummaryRow>("summary", { ...question, gstin: null }, may("finance.view"));
  const gstins = [...new Set((all.data ?? []).flatMap((row) => row.gstin ?? []))].sort();
  if (!may("finance.view"))
    return (
      <Page title="Registers" line={line}>
        <Empty title="Registers are not for your role" cause="Somebody with the right to see finance opens them." />
      </Page>
    );
  return (
    <Page title="Registers" line={line}>
      <div className={classes.question}>
        <NativeSelect
          label="Month"
          value={month}
          onChange={(event) => change({ month: event.currentTarget.value })}
          data={months(today, monthsShown).map((value) => ({ value, label: monthName(value) }))}
        />
        <NativeSelect
          label="GSTIN"
          value={question.gstin ?? ""}
          onChange={(event) => change({ gstin: event.currentTarget.value })}
          data={[{ value: "", label: "All registrations" }, ...gstins.map((gstin) => ({ value: gstin, label: gstin }))]}
        />
        <span className={classes.facility}>
          {code === null ? "All facilities" : `Facility ${code}`}: chosen in the top bar.
        </span>
      </div>
      <Registers question={question} />
      <Hsn question={question} />
      <Series question={question} />
    </Page>
  );
}

function useFinance<Row>(what: string, question: Question, enabled = true) {
  const { data, error } = useQuery({
    queryKey: ["finance", what, question],
    queryFn: ({ signal }) => api.get<{ rows: readonly Row[] }>(`/api/v1/finance/${what}`, question, signal),
    enabled,
  });
  return { data: data?.rows, error };
}

function Download({ what, question, label }: { what: string; question: Question; label: string }) {
  return (
    <Button
      component="a"
      variant="default"
      href={withQuery(`/api/v1/finance/${what}.csv`, question)}
      download
      leftSection={<IconDownload size={15} />}
    >
      {label}
    </Button>
  );
}

/** Sales and credit notes: what each comes to, the same to the paisa as its file. */
function Registers({ question }: { question: Question }) {
  const { data, error } = useFinance<SummaryRow>("summary", question);
  return (
    <Section
      title={`${monthName(question.month)}`}
      line="Cancelled documents and those that wait for their IRN are in the files, and count nothing."
    >
      <div className={classes.downloads}>
        <Download what="sales-register" question={question} label="Sales register" />
        <Download what="credit-note-register" question={question} label="Credit-note register" />
      </div>
      {error !== null && <Refusal error={error} title="The sums could not be read" />}
      {data !== undefined && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Register</th>
                <th className={classes.number}>Documents</th>
                <th className={classes.number}>Taxable</th>
                <th className={classes.number}>CGST</th>
                <th className={classes.number}>SGST, UTGST</th>
                <th className={classes.number}>IGST</th>
                <th className={classes.number}>Cess</th>
                <th className={classes.number}>Round-off</th>
                <th className={classes.number}>Total</th>
              </tr>
            </thead>
            <tbody>
              <SumRow name="Sales" sums={sumOf(data, "SALES")} />
              <SumRow name="Credit notes" sums={sumOf(data, "CREDIT_NOTES")} />
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function SumRow({ name, sums }: { name: string; sums: Sums }) {
  const apart = [
    ...(sums.cancelled > 0 ? [`${formatCount(sums.cancelled)} cancelled`] : []),
    ...(sums.pending > 0 ? [`${formatCount(sums.pending)} without IRN`] : []),
  ];
  return (
    <tr>
      <td>
        <strong>{name}</strong>
      </td>
      <td className={classes.number}>
        {formatCount(sums.documents)}
        {apart.length > 0 && <div className={classes.small}>{apart.join(", ")}</div>}
      </td>
      {[sums.taxable, sums.cgst, sums.sgst + sums.utgst, sums.igst, sums.cess, sums.roundOff].map((paise, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns stand where they stand
        <td key={i} className={classes.number}>
          <Money paise={paise} />
        </td>
      ))}
      <td className={classes.number}>
        <Money paise={sums.total} strong />
      </td>
    </tr>
  );
}

function Hsn({ question }: { question: Question }) {
  const { data, error } = useFinance<HsnRow>("hsn-summary", question);
  return (
    <Section title="HSN summary" line="By HSN, rate and kind of buyer, net of credit notes.">
      <div className={classes.downloads}>
        <Download what="hsn-summary" question={question} label="HSN summary" />
      </div>
      {error !== null && <Refusal error={error} title="It could not be read" />}
      {data?.length === 0 && <p className={classes.small}>Nothing was invoiced in this month.</p>}
      {data !== undefined && data.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>HSN</th>
                <th>Buyers</th>
                <th>Rate</th>
                <th className={classes.number}>Quantity</th>
                <th className={classes.number}>Taxable</th>
                <th className={classes.number}>CGST</th>
                <th className={classes.number}>SGST, UTGST</th>
                <th className={classes.number}>IGST</th>
                <th className={classes.number}>Cess</th>
                <th className={classes.number}>Total</th>
              </tr>
            </thead>
            <tbody>
              {data.map((row) => (
                <tr key={`${row.gstin} ${row.supply} ${row.hsn} ${row.gstBps} ${row.cessBps} ${row.uqc}`}>
                  <td>
                    <code>{row.hsn}</code>
                    <div className={classes.small}>{row.description}</div>
                  </td>
                  <td>{row.supply}</td>
                  <td>
                    {rateWords(row.gstBps)}
                    {row.cessBps > 0 && ` + ${rateWords(row.cessBps)}`}
                  </td>
                  <td className={classes.number}>
                    {formatCount(row.quantity)} <span className={classes.small}>{row.uqc}</span>
                  </td>
                  {[row.taxable, row.cgst, row.sgst + row.utgst, row.igst, row.cess, row.total].map((paise, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns stand where they stand
                    <td key={i} className={classes.number}>
                      <Money paise={paise} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function Series({ question }: { question: Question }) {
  const { data, error } = useFinance<SeriesRow>("document-series", question);
  return (
    <Section title="Document series" line="First and last number, how many, and how many of them are cancelled.">
      <div className={classes.downloads}>
        <Download what="document-series" question={question} label="Document series" />
      </div>
      {error !== null && <Refusal error={error} title="It could not be read" />}
      {data?.length === 0 && <p className={classes.small}>No document was made in this month.</p>}
      {data !== undefined && data.length > 0 && (
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>Documents</th>
                <th>Of</th>
                <th>From</th>
                <th>To</th>
                <th className={classes.number}>Number</th>
                <th className={classes.number}>Cancelled</th>
                <th className={classes.number}>Without IRN</th>
                <th className={classes.number}>Issued</th>
              </tr>
            </thead>
            <tbody>
              {data.map((row) => (
                <tr key={`${row.gstin} ${row.documentType} ${row.owner} ${row.prefix} ${row.first}`}>
                  <td>
                    {row.nature}
                    <div className={classes.small}>{row.gstin}</div>
                  </td>
                  <td>
                    {row.owner}
                    {row.numberedBy === "CHANNEL" && <div className={classes.small}>numbered by the channel</div>}
                  </td>
                  <td>
                    <code>{row.first}</code>
                  </td>
                  <td>
                    <code>{row.last}</code>
                  </td>
                  <td className={classes.number}>{formatCount(row.count)}</td>
                  <td className={classes.number}>{formatCount(row.cancelled)}</td>
                  <td className={classes.number}>{formatCount(row.pending)}</td>
                  <td className={classes.number}>{formatCount(row.net)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
