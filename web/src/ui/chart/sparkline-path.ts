/** The path of a line from zero at the foot to the largest value at the top, and of the area below it. */
export function sparklinePath(
  values: readonly number[],
  width: number,
  height: number,
): { line: string; area: string; end: { x: number; y: number } | null } {
  if (values.length === 0) return { line: "", area: "", end: null };
  const top = Math.max(1, ...values);
  const pad = 2;
  const points = values.map((value, i) => ({
    x: values.length === 1 ? width : (i / (values.length - 1)) * width,
    y: height - pad - (Math.max(0, value) / top) * (height - 2 * pad),
  }));
  const line = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const end = points.at(-1) ?? null;
  return { line, area: `${line}L${width} ${height}L${(points[0]?.x ?? 0).toFixed(1)} ${height}Z`, end };
}
