import type { FieldDeclaration, FieldValue, FormValues } from "../../ui/index.ts";
import type { AppliesTo, CustomField, FieldKind } from "../shared/custom-field-data.ts";

export const appliesToWords: Readonly<Record<AppliesTo, string>> = {
  ORDER: "Orders",
  ITEM: "Items of orders",
  PACKAGE: "Packages",
};

export const kindWords: Readonly<Record<FieldKind, string>> = {
  TEXT: "Text",
  WHOLE_NUMBER: "Whole number",
  DECIMAL: "Decimal",
  DATE: "Date",
  YES_NO: "Yes / No",
  CHOICE: "List of choices",
};

const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

/** The form of a definition. What stays once it holds values says so. */
export function definitionFields(field: CustomField | null): readonly FieldDeclaration[] {
  const inUse = field?.inUse === true;
  const stays = (what: string) => (inUse ? { fixed: `It holds values: its ${what} stays.` } : {});
  return [
    {
      name: "appliesTo",
      label: "Field of",
      type: "select",
      required: true,
      options: options(appliesToWords),
      half: true,
      ...stays("place"),
    },
    {
      name: "kind",
      label: "Type",
      type: "select",
      required: true,
      options: options(
        inUse && field.kind !== "TEXT" ? { [field.kind]: kindWords[field.kind], TEXT: "Text" } : kindWords,
      ),
      ...(inUse ? { help: "It holds values: it can become text, nothing else." } : {}),
      half: true,
    },
    {
      name: "label",
      label: "Label",
      type: "text",
      required: true,
      lengthMax: 80,
      placeholder: "Gift note",
      help: "As people read it.",
      half: true,
    },
    {
      name: "name",
      label: "Name",
      type: "text",
      required: true,
      lengthMax: 60,
      placeholder: "giftNote",
      help: "As partners and couriers get it, letter for letter; also the column’s title in files.",
      half: true,
      ...stays("name"),
    },
    {
      name: "choices",
      label: "Choices",
      type: "textarea",
      required: true,
      help: "One a line. Taking one away leaves orders that have it as they are.",
      when: { field: "kind", is: "CHOICE" },
    },
    {
      name: "defaultValue",
      label: "Default",
      type: "text",
      lengthMax: 500,
      help: "Stands wherever no value is written, on old orders too.",
      half: true,
    },
    {
      name: "required",
      label: "Required",
      type: "switch",
      consequence: {
        on: "Whoever enters an order here must give it, and it cannot be emptied. Orders from channels are taken without it and show it as missing.",
        off: "It may stay empty.",
      },
    },
    {
      name: "onLists",
      label: "Shown on lists",
      type: "switch",
      consequence: {
        on: "A column of its own on Orders or Shipments. Fields of items have none.",
        off: "Only on the page of the order or package.",
      },
    },
    {
      name: "enabled",
      label: "Enabled",
      type: "switch",
      default: true,
      consequence: {
        on: "Shown, asked for, and sent to partners and couriers.",
        off: "Not asked for and not sent; values that it holds stay and are shown.",
      },
    },
  ];
}

/** What a new one starts with. */
export const newDefinition: FormValues = { appliesTo: "ORDER", kind: "TEXT" };

export function definitionValues(field: CustomField): FormValues {
  const { appliesTo, name, label, kind, choices, required, defaultValue, onLists, enabled } = field;
  return {
    ...{ appliesTo, name, label, kind, required, onLists, enabled },
    choices: choices.join("\n"),
    defaultValue: defaultValue ?? "",
  };
}

/** The form as the server takes it. */
export function definitionBody(values: Readonly<Record<string, FieldValue>>): Record<string, unknown> {
  const choices = typeof values.choices === "string" ? values.choices : "";
  return {
    ...values,
    choices: choices
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  };
}
