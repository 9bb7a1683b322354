import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, type ListPage } from "../../lib/api.ts";
import { formatCount } from "../../lib/format.ts";
import { Refusal, Section } from "../../ui/index.ts";
import { toneMark } from "../../ui/tone.ts";
import classes from "./home.module.css";

interface Provider {
  readonly providerId: string;
  readonly name: string;
  readonly kind: string;
  readonly enabled: boolean;
  readonly awbsLeft: number;
  readonly awbLowMark: number;
}

/** Tracking numbers left of each courier that takes them from a pool: without one, no label. */
export function Awbs() {
  const { data, error } = useQuery({
    queryKey: ["providers", "awbs"],
    queryFn: ({ signal }) =>
      api.get<ListPage<Provider>>("/api/v1/shipping-providers", { limit: 200, enabled: true }, signal),
    refetchInterval: 60_000,
  });
  const pools = data?.rows
    .filter((each) => each.kind === "AWB_POOL")
    .toSorted((a, b) => Number(isLow(b)) - Number(isLow(a)) || a.awbsLeft - b.awbsLeft);
  if (pools?.length === 0) return null;
  return (
    <Section title="Tracking numbers left">
      {error !== null && pools === undefined && <Refusal error={error} />}
      <ul className={classes.list}>
        {pools?.map((each) => (
          <li key={each.providerId}>
            <Link to="/settings/shipping-providers" className={classes.line}>
              <span
                className={classes.dot}
                style={{ background: toneMark(each.awbsLeft === 0 ? "failed" : isLow(each) ? "attention" : "done") }}
                aria-hidden
              />
              <span className={classes.name}>{each.name}</span>
              <span className={classes.words} data-bad={isLow(each) || undefined}>
                {formatCount(each.awbsLeft)}
                {isLow(each) && `, low: below ${formatCount(each.awbLowMark)}`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const isLow = (each: Provider): boolean => each.awbsLeft < each.awbLowMark;
