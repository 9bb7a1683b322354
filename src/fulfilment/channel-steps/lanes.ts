/** Packages of one channel, or of one courier, that are asked for at the same moment in this process; the limiter counts the calls besides. */
export const PER_CHANNEL_MAX = 4;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

const lanes = new Map<string, Lane>();

/** Does work for a channel or courier (its id), at most so many at once and the others in turn: a bulk neither floods one nor holds up another. */
export async function inLane<T>(asked: string, work: () => Promise<T>): Promise<T> {
  const lane = lanes.get(asked) ?? { running: 0, waiting: [] };
  lanes.set(asked, lane);
  if (lane.running >= PER_CHANNEL_MAX) await new Promise<void>((resolve) => lane.waiting.push(resolve));
  else lane.running += 1;
  try {
    return await work();
  } finally {
    const next = lane.waiting.shift();
    if (next)
      next(); // takes this place over
    else {
      lane.running -= 1;
      if (lane.running === 0) lanes.delete(asked);
    }
  }
}
