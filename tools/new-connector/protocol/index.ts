// Starter Source: a configuration of protocol A. Say here in a sentence how its orders go.
import {
  PLAIN_CAPABILITIES,
  PLAIN_LIMITS,
  PLAIN_RULES,
  plainFields,
  protocolConnector,
} from "../../../connectors/protocol/index.ts";

export const starterSource = protocolConnector(
  {
    id: "STARTER_SOURCE",
    label: "Starter Source",
    category: "Marketplaces",
    // "live" once it works with the marketplace itself.
    state: "private",
    about: "Say here for the seller who chooses a source what it does and who ships.",
    tile: { monogram: "STX", color: "#4C6FBF" },
    fields: plainFields("Starter Source"),
    settings: [],
    // The plain rules stand until a fact takes their place: put each known one below them.
    rules: { ...PLAIN_RULES, reports: ["CANCELLED", "DISPATCHED"] },
    limits: PLAIN_LIMITS,
  },
  // The same with what it can do (connectors/kit/declaration.ts says what there is).
  { capabilities: PLAIN_CAPABILITIES, tokenForm: "EITHER" },
);
