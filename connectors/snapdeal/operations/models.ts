/**
 * By which model a package is fulfilled: some writes want it, and no question about one package tells it before it is
 * printed. What lists showed is kept in memory; what is not known there is looked for in the lists.
 */
import type { Schema } from "../../../contract/types.ts";
import { type Call, fail, type Outcome, succeed } from "../../kit/index.ts";
import type { Package } from "../map/package.ts";
import { idOf, readPackage } from "../map/package.ts";
import { OPEN_STATES } from "../map/states.ts";
import { listState, walk } from "./lists.ts";

export type Model = Schema<"snapdeal", "FulfillmentModel">;

const KEY = "models";
/** Some five thousand packages; past it the oldest are forgotten, and looked for again. */
const KEPT_CHARACTERS = 160_000;
const PAGES_MAX = 400;
const MODELS: readonly Model[] = ["VENDOR_SELF", "ONESHIP", "OCPLUS", "DROPSHIP", "FC_VOI"];

export function noteModels(call: Call, packages: readonly Package[]): void {
  const known = call.memory.get(KEY) ?? "\n";
  const news = packages
    .map(({ packageReferenceCode: code, fulfillmentModelCode: model }) => `${code}\t${model}\n`)
    .filter((line) => !known.includes(`\n${line}`));
  if (news.length > 0) call.memory.set(KEY, `\n${(known + news.join("")).slice(1).slice(-KEPT_CHARACTERS)}`);
}

/** As far as it was seen by this process. */
export function knownModel(call: Call, code: string): Model | null {
  const known = call.memory.get(KEY) ?? "";
  const at = known.lastIndexOf(`\n${code}\t`);
  if (at < 0) return null;
  const word = known.slice(at + code.length + 2, known.indexOf("\n", at + 1));
  return MODELS.find((model) => model === word) ?? null;
}

/** Of a package that is not handed over. One that no list has is a failure of kind "refused". */
export async function modelOf(call: Call, code: string): Promise<Outcome<Model>> {
  const known = knownModel(call, code);
  if (known !== null) return succeed(known);
  let found: Model | null = null;
  for (const state of OPEN_STATES) {
    const read = await walk(
      (page) => listState(call, state, page),
      (rows) => {
        const row = rows.find((one) => idOf(one) === code);
        const read = row === undefined ? null : readPackage(row);
        if (read?.ok) found = read.value.fulfillmentModelCode;
        return found === null ? "more" : "enough";
      },
      PAGES_MAX,
    );
    if (!read.ok) return read;
    if (found !== null) return succeed(found);
  }
  const channelMessage = `Snapdeal lists no package ${code} that is still to be handed over.`;
  return fail({ reached: "yes", kind: "refused", channelMessage });
}
