import { Button, SegmentedControl, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay, useSession } from "../../lib/session.ts";
import { Refusal, reportDone } from "../../ui/index.ts";
import { useProviderChoices } from "../shared/choices.ts";
import { type Criteria, criteriaWords, type Rule, type RuleBody, type RuleType, variablesQuery } from "./data.ts";
import { TryDraft } from "./dry-run.tsx";
import { bodyOf } from "./list.tsx";
import classes from "./rules.module.css";

const checkAfterMs = 250;
const ALL = "all";

/** A rule is made or changed: its condition is checked while it is typed, and can be tried on a real order before it is saved. */
export function RuleForm({
  rule,
  type,
  facilityId,
  onClose,
  onSaved,
}: {
  rule: Rule | null;
  type: RuleType;
  facilityId: string | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const may = useMay();
  const providers = useProviderChoices();
  const facilities = useSession().facilities;
  const [body, setBody] = useState<RuleBody>(() =>
    rule === null
      ? {
          facilityId,
          type,
          name: "",
          condition: "",
          criteria: "ALLOCATE",
          providerId: "",
          preference: null,
          enabled: true,
        }
      : bodyOf(rule),
  );
  const [refused, setRefused] = useState<{ error: unknown } | null>(null);
  const [saving, setSaving] = useState(false);
  const change = (patch: Partial<RuleBody>) => setBody((now) => ({ ...now, ...patch }));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSaving(true);
    setRefused(null);
    try {
      if (rule === null) await api.post("/api/v1/shipping-rules", body);
      else await api.put(`/api/v1/shipping-rules/${rule.ruleId}`, body);
      reportDone(rule === null ? "The rule holds from now on, behind the others." : "The rule is changed.");
      onSaved();
    } catch (error) {
      setRefused({ error });
    } finally {
      setSaving(false);
    }
  };
  const missing = body.name.trim() === "" ? "Give it a name." : body.providerId === "" ? "Choose a courier." : null;
  return (
    <form className={classes.form} onSubmit={(event) => void save(event)}>
      <div className={classes.pair}>
        <TextInput
          label="Name"
          withAsterisk
          maxLength={100}
          value={body.name}
          placeholder="Heavy parcels by road"
          data-autofocus={rule === null || undefined}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <Select
          label="Facility"
          allowDeselect={false}
          searchable={facilities.length > 8}
          data={[
            { value: ALL, label: "All facilities" },
            ...facilities.map(({ id, code, name }) => ({ value: id, label: `${code} · ${name}` })),
          ]}
          value={body.facilityId ?? ALL}
          onChange={(value) => change({ facilityId: value === null || value === ALL ? null : value })}
        />
      </div>
      <Condition value={body.condition} onChange={(condition) => change({ condition })} />
      <div className={classes.pair}>
        <div>
          <div className={classes.label}>What it does</div>
          <SegmentedControl
            fullWidth
            aria-label="What it does"
            data={criteria.map((value) => ({ value, label: criteriaWords[value].short }))}
            value={body.criteria}
            onChange={(value) => change({ criteria: criteria.find((each) => each === value) ?? "ALLOCATE" })}
          />
          <p className={classes.quiet}>{criteriaWords[body.criteria].does}</p>
        </div>
        <Select
          label="Courier"
          withAsterisk
          searchable
          placeholder="Choose"
          data={providers.map(({ providerId, code, name, enabled }) => ({
            value: providerId,
            label: `${code} · ${name}${enabled ? "" : " (disabled)"}`,
          }))}
          value={body.providerId === "" ? null : body.providerId}
          onChange={(value) => change({ providerId: value ?? "" })}
        />
      </div>
      <Switch
        label="Enabled"
        description={body.enabled ? "Holds for every parcel labelled from now on." : "Is kept, and not looked at."}
        checked={body.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <TryDraft body={body} ruleId={rule?.ruleId ?? null} notNow={missing} />
      {refused !== null && <Refusal error={refused.error} />}
      <div className={classes.foot}>
        {missing !== null && <span className={classes.quiet}>{missing}</span>}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={saving} disabled={missing !== null || !may("shipping.edit")}>
          {rule === null ? "Make rule" : "Save"}
        </Button>
      </div>
    </form>
  );
}

const criteria: readonly Criteria[] = ["ALLOCATE", "FORCE_ALLOCATE", "NOT_ALLOCATE"];

interface Checked {
  readonly valid: boolean;
  readonly at: number | null;
  readonly message: string | null;
}

/** The condition, checked by the server while it is typed; what it may ask is beside it, with examples to take over. */
function Condition({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [asked] = useDebouncedValue(value, checkAfterMs);
  const { data } = useQuery({
    queryKey: ["shipping-rule-check", asked],
    queryFn: () => api.post<Checked>("/api/v1/shipping-rules/check", { condition: asked }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data: help } = useQuery(variablesQuery);
  const take = (example: string) => {
    onChange(value.trim() === "" ? example : `${value.trimEnd()} && ${example}`);
    field.current?.focus();
  };
  const wrong = value === asked && data?.valid === false ? data : null;
  return (
    <div>
      <Textarea
        ref={field}
        label="Condition"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2_000}
        spellCheck={false}
        value={value}
        placeholder="Always, where it is empty"
        classNames={{ input: classes.expression ?? "" }}
        error={wrong === null ? null : wrong.message}
        errorProps={{ role: "alert" }}
        // A condition is one line; a line that was pasted in parts is joined.
        onChange={(event) => onChange(event.currentTarget.value.replaceAll(/\s*[\r\n]+\s*/g, " "))}
      />
      {wrong !== null && wrong.at !== null && (
        <pre className={classes.pointer} aria-hidden>
          {value.slice(0, wrong.at - 1)}
          <mark>{value.slice(wrong.at - 1, wrong.at) || " "}</mark>
          {value.slice(wrong.at)}
        </pre>
      )}
      {wrong === null && value === asked && data?.valid === true && (
        <p className={classes.fine}>{value.trim() === "" ? "Holds for every parcel." : "Reads well."}</p>
      )}
      <details className={classes.help}>
        <summary>What a condition may ask</summary>
        <p className={classes.quiet}>
          Compare with ==, !=, &lt;, &lt;=, &gt; and &gt;=; join with &amp;&amp; (and), || (or) and ! (not); texts stand
          in quotes. Where something is not known of a parcel, its weight say, a rule proposes nothing, and one that
          says Never holds.
        </p>
        <table className={classes.variables}>
          <tbody>
            {(help?.variables ?? []).map((variable) => (
              <tr key={variable.path}>
                <td>
                  <code>{variable.path}</code>
                </td>
                <td>{variable.meaning}</td>
                <td>
                  <button type="button" className={classes.example} onClick={() => take(variable.example)}>
                    <code>{variable.example}</code>
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
