import { defineRefusals } from "../platform/refusals.ts";

defineRefusals("warehouse", {
  GSTIN_FORMAT: {
    status: 422,
    message: "{gstin} is not a GSTIN: it has 15 characters, as in 29ABCDE1234F1Z5.",
    whatToDo: "Copy it from the registration certificate.",
  },
  GSTIN_STATE_UNKNOWN: {
    status: 422,
    message: "The GSTIN {gstin} begins with {stateCode}, which is no state's code.",
    whatToDo: "Check the first two digits.",
  },
  GSTIN_SANDBOX_ONLY: {
    status: 422,
    message: "{gstin} is a test number of the National Informatics Centre; it is not valid on real invoices.",
    whatToDo: "Enter your own GSTIN. Test numbers are for tenants marked as sandbox.",
  },
  GSTIN_CHECKSUM: {
    status: 422,
    message: "The GSTIN {gstin} has a typing error: its last character would be {expected}, not {given}.",
    whatToDo: "Compare it with the registration certificate, character by character.",
  },
  GSTIN_STATE_MISMATCH: {
    status: 422,
    message: "The GSTIN {gstin} is registered in {gstinState}, but the address is in {addressState}.",
    whatToDo: "Use the GSTIN of {addressState}, or correct the state of the address.",
  },
  PINCODE_FORMAT: {
    status: 422,
    message: "{pincode} is not a pincode: six digits, the first of them not 0.",
    whatToDo: "Correct the pincode.",
  },
  GST_STATE_UNKNOWN: {
    status: 422,
    message: "{state} is not the GST code of a state or union territory.",
    whatToDo: "Choose the state from the list.",
  },
  FACILITY_ZONE_UNKNOWN: {
    status: 422,
    message: "{zone} is not a time zone.",
    whatToDo: "Use a name such as Asia/Kolkata.",
  },
  FACILITY_CODE_TAKEN: {
    status: 409,
    message: "There is already a facility with the code {code}.",
    whatToDo: "Choose another code.",
  },
  TRACEABILITY_NOT_IN_EDITION: {
    status: 409,
    message: "Traceability {traceability} is not part of the edition {edition}.",
    whatToDo: "Choose a simpler traceability, or change the edition.",
  },
  FACILITY_DISABLED: {
    status: 409,
    message: "The facility {facility} is disabled.",
    whatToDo: "Enable it under Settings > Facilities, or choose another.",
  },
  SHELF_CODE_TAKEN: {
    status: 409,
    message: "The facility {facility} already has a shelf {code}.",
    whatToDo: "Choose another code.",
  },
  SHELF_TYPE_CODE_TAKEN: {
    status: 409,
    message: "There is already a shelf type {code}.",
    whatToDo: "Choose another code, or change that type.",
  },
  SHELF_DEFAULT_STAYS: {
    status: 409,
    message: "The shelf DEFAULT of {facility} cannot be disabled: stock without a shelf goes there.",
    whatToDo: "Leave it enabled; it may stay empty.",
  },
  BILLING_PARTY_CODE_TAKEN: {
    status: 409,
    message: "There is already a billing party with the code {code}.",
    whatToDo: "Choose another code.",
  },
  SERIES_PREFIX_EMPTY: {
    status: 422,
    message: "A series needs a prefix: bare numbers would equal those of any other series.",
    whatToDo: "Enter a short prefix, such as INV26-.",
  },
  SERIES_PREFIX_CHARACTERS: {
    status: 422,
    message: "The prefix {prefix} has other characters than letters, digits, / and -.",
    whatToDo: "Use A-Z, 0-9, / and - only (CGST Rule 46(b)).",
  },
  SERIES_PREFIX_NOT_UPPER_CASE: {
    status: 422,
    message: "The prefix {prefix} has small letters; the e-invoice portal turns them into capitals.",
    whatToDo: "Use {suggestion}.",
  },
  SERIES_PREFIX_START: {
    status: 422,
    message: "The prefix {prefix} begins with {first}; the e-invoice portal wants A-Z or 1-9 first.",
    whatToDo: "Begin the prefix with a letter or a digit from 1 to 9.",
  },
  SERIES_PREFIX_NO_ROOM: {
    status: 422,
    message: "The prefix {prefix} leaves room for {digits} digits; a number has 16 characters at most.",
    whatToDo: "Use a prefix of {prefixLengthMax} characters or fewer.",
  },
  SERIES_NEXT_NUMBER_INVALID: {
    status: 422,
    message: "{nextNumber} cannot be the next number behind {prefix}: it lies between 1 and {highest}.",
    whatToDo: "Enter a number that fits.",
  },
  SERIES_EXHAUSTED: {
    status: 409,
    message: "The series {prefix} is used up: {highest} is its highest number.",
    whatToDo: "Give the series a new prefix under Settings > Facilities & series.",
  },
  SERIES_YEAR_PASSED: {
    status: 409,
    message: "The series {prefix} counts in the financial year {seriesYear} already; a document of {on} is too late.",
    whatToDo: "Date the document today.",
  },
  SERIES_PREFIX_TAKEN: {
    status: 409,
    message: "The prefix {prefix} is used by {other} in the financial year {financialYear} under {gstin}.",
    whatToDo: "Choose a prefix that no other series of this GSTIN has in that year.",
  },
  SERIES_PREFIX_AMBIGUOUS: {
    status: 409,
    message: "Numbers of {prefix} could equal numbers of {otherPrefix} ({other}), under {gstin} in {financialYear}.",
    whatToDo: "End the prefix with a letter, / or -, so that its numbers cannot be read as the other's.",
  },
  SERIES_NUMBER_WENT_BACK: {
    status: 409,
    message: "The next number of {prefix} cannot go back from {from} to {to}: numbers would be given twice.",
    whatToDo: "Leave the counter, or set it forward.",
  },
  SERIES_EXISTS: {
    status: 409,
    message: "{owner} already has a {documentType} series.",
    whatToDo: "Change that series instead.",
  },
  SERIES_OWNER_UNCLEAR: {
    status: 422,
    message: "A series belongs to a facility or to a billing party: to one of them.",
    whatToDo: "Give facilityId or billingPartyId.",
  },
  SERIES_MISSING: {
    status: 409,
    message: "No {documentType} series is defined for {owner}; define it under Settings > Facilities & series.",
    whatToDo: "Define the series, then repeat what you were doing.",
  },
  // Warnings: shown beside a series that was saved all the same.
  SERIES_LITTLE_ROOM: {
    status: 409,
    message: "The prefix {prefix} leaves room for {digits} digits: {highest} documents a year.",
    whatToDo: "Use a shorter prefix if you expect more.",
  },
  SERIES_NUMBER_SKIPS: {
    status: 409,
    message: "The counter of {prefix} goes from {from} to {to}: the numbers between stay unused.",
    whatToDo: "Keep a note of the reason: the law wants consecutive numbers.",
  },
  SERIES_KEEPS_COUNTING: {
    status: 409,
    message: "Without a prefix for next year, {prefix} goes on counting from {from} without going back to 1.",
    whatToDo: "Enter next year's prefix to begin again at 1.",
  },
});
