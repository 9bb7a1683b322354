// ShopClues: no longer trades. Of its seller API only signing in, orders by time and couriers of its own are known.
import { PLAIN_CAPABILITIES, PLAIN_LIMITS, PLAIN_RULES, plainFields, protocolConnector } from "../protocol/index.ts";

export const shopclues = protocolConnector(
  {
    id: "SHOPCLUES",
    label: "ShopClues",
    category: "Marketplaces",
    state: "discontinued",
    about:
      "Marketplace for everyday goods, unsupported since its sale in 2019. Tells what it cancelled and dispatched.",
    tile: { monogram: "SC", color: "#0F8390" },
    fields: plainFields("ShopClues"),
    settings: [],
    rules: { ...PLAIN_RULES, reports: ["CANCELLED", "DISPATCHED"] },
    limits: PLAIN_LIMITS,
  },
  // Its sign-in took user name and password in a body.
  { capabilities: PLAIN_CAPABILITIES, tokenForm: "POST" },
);
