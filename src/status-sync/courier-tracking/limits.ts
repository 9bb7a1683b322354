/** Longest status of a courier that is kept, in characters. */
export const RAW_MAX = 200;
