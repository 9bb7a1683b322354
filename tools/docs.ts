/** Rewrites the generated pages of the documentation: variables in docs/operations.md, checks in docs/conform.md, docs/generated. Run after a change. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withChecks } from "../conform/docs.ts";
import { courierWordsPage, errorCodesPage, lifecyclesPage, withVariables } from "../src/app/docs.ts";
import { partnerSchemaFiles } from "../src/partners/events/schemas.ts";

const docs = join(import.meta.dirname, "..", "docs");
const guide = join(docs, "operations.md");
mkdirSync(join(docs, "generated"), { recursive: true });
writeFileSync(guide, withVariables(readFileSync(guide, "utf8")));
writeFileSync(join(docs, "generated", "error-codes.md"), errorCodesPage());
writeFileSync(join(docs, "generated", "lifecycles.md"), lifecyclesPage());
writeFileSync(join(docs, "generated", "courier-words.md"), courierWordsPage());
mkdirSync(join(docs, "generated", "partner-events"), { recursive: true });
for (const [file, text] of partnerSchemaFiles()) writeFileSync(join(docs, "generated", "partner-events", file), text);
const conform = join(docs, "conform.md");
writeFileSync(conform, withChecks(readFileSync(conform, "utf8")));
