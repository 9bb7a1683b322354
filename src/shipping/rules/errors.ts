import { defineRefusals } from "../../platform/refusals.ts";

defineRefusals("shipping", {
  CONDITION_INVALID: {
    status: 422,
    message: "The condition cannot be read at character {at}: {why}.",
    whatToDo: "Correct it; Settings > Shipping rules lists what a condition may ask, with examples.",
  },
  RULE_NAME_TAKEN: {
    status: 409,
    message: 'There is already a {type} rule "{name}" of {facility}.',
    whatToDo: "Choose another name, or change that rule.",
  },
  RULES_TOO_MANY: {
    status: 409,
    message: "{facility} has {max} {type} rules: no more are taken, since each is looked at for each parcel.",
    whatToDo: "Join rules with or (||), or delete those that no longer apply.",
  },
  RULE_OUT_OF_REACH: {
    status: 403,
    message: "Your right does not reach the shipping rules of {facility}.",
    whatToDo: "Ask somebody whose role covers it.",
  },
  RULE_PROVIDER_UNKNOWN: {
    status: 422,
    message: "There is no shipping provider {provider}.",
    whatToDo: "Give the code of one of those under Settings > Shipping providers.",
  },
  RULE_FACILITY_UNKNOWN: {
    status: 422,
    message: "There is no facility {facility}.",
    whatToDo: "Give the code of a facility, or ALL for a rule of all facilities.",
  },
  RULES_CHANGED_MEANWHILE: {
    status: 409,
    message: "The rules of {facility} have changed since they were shown: an order must name each of them once.",
    whatToDo: "Look at them again and order them anew.",
  },
  RULE_CELL_INVALID: {
    status: 422,
    message: "{field} is {allowed}, not {value}.",
    whatToDo: "Correct the cell.",
  },
  RULE_TWICE_IN_FILE: {
    status: 422,
    message: 'The {type} rule "{name}" of {facility} stands in this file already, in line {line}.',
    whatToDo: "Keep one of the two lines.",
  },
  RULE_PREFERENCE_TAKEN: {
    status: 409,
    message: 'Preference {preference} of the {type} rules of {facility} is that of "{holder}".',
    whatToDo:
      "Give each rule of a facility and type a preference of its own; name the other rule in the file too, with another one.",
  },
  RULES_SHUFFLED: {
    status: 409,
    message:
      "Preference of new and existing rules cannot be shuffled together in one import: {facility} ({type}) gets the new rules {made}, and the preference of {moved} would change.",
    whatToDo:
      "Import the new rules first, behind those that exist; then import the new order of all in a second file, or drag them.",
  },
  RULES_FILE_FAULTY: {
    status: 422,
    message: "Nothing of this file is written: another line of it is refused, and an order of rules is taken whole.",
    whatToDo: "Correct the refused lines and import the file again.",
  },
  PARCEL_NOT_FOUND: {
    status: 404,
    message: "There is no order or package {code}.",
    whatToDo: "Give the code of an order or of a package that your right reaches.",
  },
});
