/** Conformance of anybody's implementation of a protocol. Knows the contract files and nothing else of this project. */
export { type CommandEnd, conformCommand } from "./command.ts";
export { runConform } from "./run.ts";
