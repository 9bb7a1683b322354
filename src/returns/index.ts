export { type AnnouncedReturn, announceReturn } from "./announce.ts";
export { returnLifecycle } from "./return-case.ts";
