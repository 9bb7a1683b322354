import { defineRefusals } from "../../platform/refusals.ts";

export const customFieldRefusals = defineRefusals("orders", {
  CUSTOM_FIELD_NAME_RESERVED: {
    status: 422,
    message: "A custom field cannot be called {name}: files of values have a column of that name.",
    whatToDo: "Choose another name; the label that people read may be any.",
  },
  CUSTOM_FIELD_NAME_TAKEN: {
    status: 409,
    message: "There is a field {taken} already; {name} differs from it in case, blanks or underscores at most.",
    whatToDo: "Change that field, or choose another name.",
  },
  CUSTOM_FIELDS_TOO_MANY: {
    status: 409,
    message: "{fieldsMax} fields are defined there already: no more are taken.",
    whatToDo: "Delete fields that hold no values.",
  },
  CUSTOM_FIELD_CHOICES: {
    status: 422,
    message: "The field {name} is a list of choices and has none, or one that is empty or only a hyphen.",
    whatToDo: "Name at least one choice.",
  },
  CUSTOM_FIELD_DEFAULT: {
    status: 422,
    message: 'The default of the field {name} does not fit: "{value}" {why}.',
    whatToDo: "Correct the default, or leave it empty.",
  },
  CUSTOM_FIELD_HAS_VALUES: {
    status: 409,
    message: "The field {name} holds values: {change}.",
    whatToDo: "Disable it, so that it is no longer asked for nor sent, and define another field beside it.",
  },
  CUSTOM_FIELD_UNKNOWN: {
    status: 422,
    message: "No custom field of {where} is called {name}.",
    whatToDo: "Define it under Settings > Custom Fields, or correct the name.",
  },
  CUSTOM_FIELD_COLUMNS_UNKNOWN: {
    status: 422,
    message: "The file has columns that no custom field is named after: {columns}. There are: {names}.",
    whatToDo: "Name a column after each field's name, or define the field under Settings > Custom Fields first.",
  },
  CUSTOM_FIELD_RECORD_MISSING: {
    status: 422,
    message: "The line names neither an order nor a package.",
    whatToDo: "Fill Order Code (and Item Code, for one item), or Package Code.",
  },
  CUSTOM_FIELD_RECORD_UNKNOWN: {
    status: 404,
    message: "There is no {record} here.",
    whatToDo: "Check the codes; an order may still be in Orders > Failed orders.",
  },
  CUSTOM_FIELD_RECORD_AMBIGUOUS: {
    status: 409,
    message: "Several channels have {record}: {channels}.",
    whatToDo: "Fill Channel Code on that line.",
  },
  CUSTOM_FIELD_DISABLED: {
    status: 409,
    message: "The custom field {field} is disabled: nothing is written to it.",
    whatToDo: "Enable it under Settings > Custom Fields.",
  },
  CUSTOM_FIELD_VALUE_INVALID: {
    status: 422,
    message: '{field} of {record} was not saved: "{value}" {why}.',
    whatToDo: "Correct the value, or change the field's type under Settings > Custom Fields.",
  },
  CUSTOM_FIELD_REQUIRED: {
    status: 422,
    message: "{field} of {record} must have a value.",
    whatToDo: "Give it a value; whether it is required is set under Settings > Custom Fields.",
  },
});
