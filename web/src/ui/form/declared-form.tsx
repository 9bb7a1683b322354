import { Button } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { ApiError, toProblem } from "../../lib/problem.ts";
import { Refusal } from "../refusal.tsx";
import classes from "./declared-form.module.css";
import { FieldControl } from "./field-control.tsx";
import {
  type Fault,
  type FieldDeclaration,
  type FieldValue,
  type FormValues,
  faultOf,
  faultsOf,
  isShown,
  outgoing,
  startValues,
} from "./fields.ts";

export interface FormSection {
  readonly id: string;
  readonly title: string;
  /** One sentence on what the section is for. */
  readonly line?: string;
  /** What no declaration can draw, below the section's fields. */
  readonly content?: ReactNode;
}

export interface DeclaredFormProps {
  readonly fields: readonly FieldDeclaration[];
  readonly sections?: readonly FormSection[];
  readonly initial?: FormValues;
  /** The verb: "Save & Next", "Connect". */
  readonly submitLabel: string;
  /** What was typed is kept when this refuses; faults the server names are shown at their fields. Money arrives as paise. */
  readonly onSubmit: (values: Record<string, FieldValue>) => unknown;
  /** Another thing that the same values are for, checked in the same way: "Authorize on Amazon". */
  readonly second?: { readonly label: string; readonly onSubmit: DeclaredFormProps["onSubmit"] };
  readonly onCancel?: () => void;
  readonly cancelLabel?: string;
  /** Follows what is typed: for values that depend on each other. */
  readonly onChange?: (values: FormValues, changed: string) => FormValues;
  /** A field as it looks while these values stand: a note beside an option that another field names. */
  readonly look?: (field: FieldDeclaration, values: FormValues) => FieldDeclaration;
  /** Why it cannot be saved now. */
  readonly notNow?: string | null;
  readonly children?: ReactNode;
}

type FoundFault = Fault & { readonly value: FieldValue | undefined };

/** A form drawn from a declaration: checked while typing where it is cheap, all faults listed on save with a jump to each. */
export function DeclaredForm(props: DeclaredFormProps) {
  const { fields, sections = [], submitLabel, onSubmit, onCancel, notNow } = props;
  const formId = useId();
  const [values, setValues] = useState(() => startValues(fields, props.initial));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [found, setFound] = useState<readonly FoundFault[]>([]);
  const [refused, setRefused] = useState<{ error: unknown } | null>(null);
  const [working, setWorking] = useState(false);

  const change = (name: string, value: FieldValue) => {
    setValues((now) => {
      const next = { ...now, [name]: value };
      return props.onChange?.(next, name) ?? next;
    });
  };
  // A fault stands while its value does: another field may have changed it.
  const listed = found.filter((fault) => fault.value === values[fault.name]);
  const list = (faults: readonly Fault[]) => setFound(faults.map((fault) => ({ ...fault, value: values[fault.name] })));
  const submit = async (act: DeclaredFormProps["onSubmit"]) => {
    const faults = faultsOf(fields, values);
    list(faults);
    setRefused(null);
    if (faults.length > 0) return jump(formId, faults[0]?.name);
    setWorking(true);
    try {
      await act(outgoing(fields, values));
    } catch (error) {
      setRefused({ error });
      const faults = serverFaults(fields, error);
      list(faults);
      jump(formId, faults[0]?.name);
    } finally {
      setWorking(false);
    }
  };
  const mayNow = notNow === null || notNow === undefined;
  const greyed = mayNow ? {} : { "data-disabled": true, "aria-disabled": true };
  const messageFor = (field: FieldDeclaration): string | null =>
    listed.find((fault) => fault.name === field.name)?.message ??
    (touched.has(field.name) ? faultOf(field, values[field.name]) : null);
  const draw = (field: FieldDeclaration) =>
    isShown(field, values) && (
      <div key={field.name} className={classes.field} data-half={field.half || undefined}>
        <FieldControl
          field={props.look?.(field, values) ?? field}
          id={`${formId}-${field.name}`}
          value={values[field.name] ?? null}
          fault={messageFor(field)}
          onChange={(value) => change(field.name, value)}
          onLeave={() => setTouched((now) => (isBlank(values[field.name]) ? now : new Set([...now, field.name])))}
        />
      </div>
    );
  const loose = fields.filter((field) => !sections.some((section) => section.id === field.section));
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!working && mayNow) void submit(onSubmit);
      }}
    >
      {loose.length > 0 && <div className={classes.fields}>{loose.map(draw)}</div>}
      {sections.map((section) => {
        const own = fields.filter((field) => field.section === section.id);
        if (section.content === undefined && !own.some((field) => isShown(field, values))) return null;
        return (
          <fieldset key={section.id} className={classes.section}>
            <legend className={classes.legend}>{section.title}</legend>
            {section.line !== undefined && <p className={classes.line}>{section.line}</p>}
            {own.length > 0 && <div className={classes.fields}>{own.map(draw)}</div>}
            {section.content}
          </fieldset>
        );
      })}
      {props.children}
      {listed.length > 1 && <FaultList faults={listed} onJump={(name) => jump(formId, name)} />}
      {refused !== null && <Refusal error={withoutFields(refused.error, fields)} />}
      <div className={classes.foot}>
        <Button type="submit" size="sm" loading={working} {...greyed}>
          {submitLabel}
        </Button>
        {props.second !== undefined && (
          <Button
            variant="light"
            size="sm"
            disabled={working}
            onClick={() => mayNow && void submit(props.second?.onSubmit ?? onSubmit)}
            {...greyed}
          >
            {props.second.label}
          </Button>
        )}
        {onCancel !== undefined && (
          <Button variant="default" size="sm" onClick={onCancel} disabled={working}>
            {props.cancelLabel ?? "Cancel"}
          </Button>
        )}
        {notNow !== null && notNow !== undefined && <span className={classes.notNow}>{notNow}</span>}
      </div>
    </form>
  );
}

const isBlank = (value: FieldValue | undefined): boolean => value === "" || value === null || value === undefined;

function jump(formId: string, name: string | undefined): void {
  if (name === undefined) return;
  const element = document.getElementById(`${formId}-${name}`);
  element?.scrollIntoView({ block: "center", behavior: "smooth" });
  element?.focus({ preventScroll: true });
}

/** Faults the server found, at the fields they belong to; others stay in the refusal above the button. */
function serverFaults(fields: readonly FieldDeclaration[], error: unknown): readonly Fault[] {
  return (toProblem(error).fields ?? []).flatMap((fault) => {
    const field = fields.find((each) => each.name === fault.path);
    return field === undefined ? [] : [{ name: field.name, label: field.label, message: fault.message }];
  });
}

/** The refusal without the faults that stand at their fields: nothing is said twice. */
function withoutFields(error: unknown, fields: readonly FieldDeclaration[]): unknown {
  if (!(error instanceof ApiError)) return error;
  const rest = error.problem.fields?.filter((fault) => !fields.some((field) => field.name === fault.path));
  return new ApiError(error.status, { ...error.problem, fields: rest });
}

function FaultList({ faults, onJump }: { faults: readonly Fault[]; onJump: (name: string) => void }) {
  return (
    <div className={classes.faults} role="alert">
      <strong>{faults.length} things to correct</strong>
      <ul>
        {faults.map((fault) => (
          <li key={fault.name}>
            <button type="button" onClick={() => onJump(fault.name)}>
              {fault.label}
            </button>{" "}
            {fault.message}
          </li>
        ))}
      </ul>
    </div>
  );
}
