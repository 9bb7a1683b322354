import { Button, TextInput } from "@mantine/core";
import { IconCheck, IconMinus, IconQuestionMark } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { api } from "../../lib/api.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Code, Refusal } from "../../ui/index.ts";
import { criteriaWords, type DryRun, type Explained, type RuleBody, type RuleType } from "./data.ts";
import classes from "./rules.module.css";

/** What the rules say of a real order or package, without changing it. What is tried is in the address. */
export function DryRunPanel({ type }: { type: RuleType }) {
  const [params, change] = useUrlState();
  const { try: tried = "" } = params;
  return (
    <>
      <h2 className={classes.title}>Try on an order</h2>
      <p className={classes.quiet}>Which courier its parcels would get now, and why. Nothing is changed.</p>
      <CodeField key={tried} code={tried} onTry={(code) => change({ try: code })} />
      {tried !== "" && <Result code={tried} type={type} draft={null} />}
    </>
  );
}

/** The same for a rule that is not saved yet. */
export function TryDraft({ body, ruleId, notNow }: { body: RuleBody; ruleId: string | null; notNow: string | null }) {
  const [code, setCode] = useState("");
  return (
    <details className={classes.help}>
      <summary>Try it on an order before it is saved</summary>
      {notNow === null ? <CodeField code={code} onTry={setCode} /> : <p className={classes.quiet}>{notNow}</p>}
      {notNow === null && code !== "" && <Result code={code} type={body.type} draft={{ ...body, ruleId }} />}
    </details>
  );
}

function CodeField({ code, onTry }: { code: string; onTry: (code: string) => void }) {
  const [typed, setTyped] = useState(code);
  // Not a form of its own: it also stands inside one.
  const enter = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    onTry(typed.trim());
  };
  return (
    <div className={classes.code}>
      <TextInput
        aria-label="Order or package"
        placeholder="Order or package code"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={enter}
      />
      <Button variant="default" disabled={typed.trim() === ""} onClick={() => onTry(typed.trim())}>
        Try
      </Button>
    </div>
  );
}

function Result({
  code,
  type,
  draft,
}: {
  code: string;
  type: RuleType;
  draft: (RuleBody & { readonly ruleId: string | null }) | null;
}) {
  const { data, error, isFetching } = useQuery({
    // Under the rules' own key: it is asked again whenever they change.
    queryKey: ["shipping-rules", "dry-run", code, type, draft],
    queryFn: () => api.post<DryRun>("/api/v1/shipping-rules/dry-run", { code, type, draft }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (error !== null) return <Refusal error={error} />;
  if (data === undefined) return <p role="status">Trying…</p>;
  return (
    <div className={classes.result} data-old={isFetching || undefined}>
      {data.parcels.map((parcel) => (
        <Parcel key={`${parcel.packageCode ?? ""} ${parcel.facility}`} parcel={parcel} />
      ))}
      {data.withoutFacility && (
        <p className={classes.quiet}>Some units have no facility yet: rules are looked at when they have one.</p>
      )}
    </div>
  );
}

const verdictIcon = { HOLDS: IconCheck, DOES_NOT_HOLD: IconMinus, CANNOT_BE_JUDGED: IconQuestionMark } as const;
const verdictWords = {
  HOLDS: "holds",
  DOES_NOT_HOLD: "does not hold",
  CANNOT_BE_JUDGED: "cannot be judged",
} as const;

function Parcel({ parcel }: { parcel: Explained }) {
  const { packageCode, orderCode, facility, choice, refusal, rules, rejected, values } = parcel;
  return (
    <section className={classes.parcel} aria-label={packageCode ?? `What waits of ${orderCode}`}>
      <h3 className={classes.of}>
        {packageCode === null ? (
          <>
            What waits of {orderCode} in {facility}
          </>
        ) : (
          <>
            <Code href={`/shipments/${packageCode}`}>{packageCode}</Code> from {facility}
          </>
        )}
      </h3>
      {parcel.channelShips && (
        <p className={classes.quiet}>Its channel ships it: couriers of ours are not asked. By the rules it would be:</p>
      )}
      <p className={classes.choice} data-none={choice === null || undefined}>
        {choice === null ? "No courier can take it" : <strong>{choice.code}</strong>}
        <span>{choice?.why ?? refusal}</span>
      </p>
      {rules.length > 0 && (
        <ol className={classes.judged}>
          {rules.map((rule) => {
            const Icon = verdictIcon[rule.verdict];
            return (
              <li
                key={rule.ruleId}
                data-verdict={rule.verdict}
                data-chosen={rule.ruleId === choice?.ruleId || undefined}
              >
                <Icon size={14} aria-hidden />
                <span>
                  {rule.name}: {criteriaWords[rule.criteria].short.toLowerCase()} {rule.provider}{" "}
                  <em>
                    {verdictWords[rule.verdict]}
                    {rule.why === null ? "" : `: ${rule.why}`}
                  </em>
                </span>
              </li>
            );
          })}
        </ol>
      )}
      {rules.length === 0 && <p className={classes.quiet}>No rule of this facility or of all is enabled.</p>}
      {rejected.length > 0 && (
        <>
          <h4 className={classes.sub}>Passed over</h4>
          <ul className={classes.rejected}>
            {rejected.map((each) => (
              <li key={`${each.code} ${each.reason}`}>
                <strong>{each.code}</strong> {each.reason}
              </li>
            ))}
          </ul>
        </>
      )}
      <details className={classes.help}>
        <summary>What conditions see of it</summary>
        <dl className={classes.values}>
          {values.map(({ path, value }) => (
            <div key={path}>
              <dt>
                <code>{path}</code>
              </dt>
              <dd>{value === null ? <em>not known</em> : value === "" ? "–" : value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
