// Wooplr: closed in May 2019. Nothing of a seller API is known: the plain protocol, and the two statuses that order managers read.
import { PLAIN_CAPABILITIES, PLAIN_LIMITS, PLAIN_RULES, plainFields, protocolConnector } from "../protocol/index.ts";

export const wooplr = protocolConnector(
  {
    id: "WOOPLR",
    label: "Wooplr",
    category: "Marketplaces",
    state: "discontinued",
    about: "Social marketplace for fashion, closed in May 2019. Tells what it cancelled and dispatched.",
    tile: { monogram: "WO", color: "#B4502A" },
    fields: plainFields("Wooplr"),
    settings: [],
    rules: { ...PLAIN_RULES, reports: ["CANCELLED", "DISPATCHED"] },
    limits: PLAIN_LIMITS,
  },
  // Which form of signing in it had is not known either.
  { capabilities: PLAIN_CAPABILITIES, tokenForm: "EITHER" },
);
