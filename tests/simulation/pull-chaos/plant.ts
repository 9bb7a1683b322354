/**
 * Loaded by a Godown process before its own code (`node --import`): replaces exact pieces of its source as they are read, so that
 * the product itself carries no code for faults. A piece that is not found once and only once ends the process with an error:
 * a planted fault that is none would prove nothing.
 */
import { registerHooks } from "node:module";
import { PLANTED, type PlantedFault } from "./planted-faults.ts";

const name = process.env.PULL_CHAOS_PLANT ?? "";
const fault: PlantedFault | undefined = PLANTED[name];
if (fault === undefined) throw new Error(`there is no fault "${name}" to plant`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const pieces = fault.pieces.filter((piece) => url.endsWith(`/${piece.file}`));
    if (pieces.length === 0) return loaded;
    let source = String(loaded.source);
    for (const { file, was, becomes } of pieces) {
      const found = source.split(was).length - 1;
      if (found !== 1) throw new Error(`the fault "${name}" cannot be planted: its text is ${found} times in ${file}`);
      source = source.replace(was, () => becomes);
      process.stderr.write(`PLANTED ${name} in ${file}\n`);
    }
    return { ...loaded, source };
  },
});
