// Voonik: wound up between 2019 and 2020. Nothing of a seller API is known: the plain protocol, and the two statuses that order managers read.
import { PLAIN_CAPABILITIES, PLAIN_LIMITS, PLAIN_RULES, plainFields, protocolConnector } from "../protocol/index.ts";

export const voonik = protocolConnector(
  {
    id: "VOONIK",
    label: "Voonik",
    category: "Marketplaces",
    state: "discontinued",
    about: "Marketplace for women's fashion, wound up between 2019 and 2020. Tells what it cancelled and dispatched.",
    tile: { monogram: "VO", color: "#B0306A" },
    fields: plainFields("Voonik"),
    settings: [],
    rules: { ...PLAIN_RULES, reports: ["CANCELLED", "DISPATCHED"] },
    limits: PLAIN_LIMITS,
  },
  // Which form of signing in it had is not known either.
  { capabilities: PLAIN_CAPABILITIES, tokenForm: "EITHER" },
);
