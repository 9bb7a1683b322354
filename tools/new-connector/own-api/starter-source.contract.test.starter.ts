import { runContractSuite } from "../../../connectors/kit/contract-suite.ts";
import { starterSource } from "./index.ts";
import { startStarterSourceSimulator } from "./simulator/index.ts";

runContractSuite(starterSource, startStarterSourceSimulator, {
  // What is particular to the source is said here too: connectors/kit/suite/options.ts.
  // Strike a line out when index.ts holds the fact and README.md says where it is from.
  toDecide: [
    "fields: what does the marketplace give a seller to sign in with?",
    "rules.thirdPartyShipping: who ships, and may an order say otherwise?",
    "rules.invoiceBy, labelBy, manifestBy: whose are invoice number, label and hand-over list?",
    "rules.split, multiBox: may an order leave in several parcels?",
    "rules.sellerCancel, channelCancel and their words: who may cancel, until when?",
    "rules.reports, sendsReturns, creditNoteBy: what does it tell of parcels and returns, and who makes the credit note?",
    "capabilities: which does it have, with which batches and windows?",
    "limits: what does it publish, or what is a careful guess?",
    "simulator/catalogue.ts: what does it list?",
    "README.md: where is each fact from, with the date, and what is not known?",
  ],
});
