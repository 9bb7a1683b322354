import { Instant } from "../../ui/index.ts";
import { type ChannelSync, listed } from "./data.ts";
import classes from "./status-sync.module.css";

/** The lists of changes that the marketplace gives, each with how far it was read and what stopped it. */
export function Feeds({ channel }: { channel: ChannelSync }) {
  const feeds = channel.syncs.flatMap((sync) => sync.feeds);
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>List</th>
            <th>Tells of</th>
            <th>Complete up to</th>
            <th>Last asked</th>
            <th>Last answer</th>
          </tr>
        </thead>
        <tbody>
          {feeds.map((feed) => (
            <tr key={feed.name}>
              <td>{nameOf(feed.name)}</td>
              <td>{listed(feed.tells)}</td>
              <td>{feed.through === null ? "–" : <Instant at={feed.through} />}</td>
              <td>{feed.askedAt === null ? "not yet" : <Instant at={feed.askedAt} />}</td>
              <td className={feed.failed === null ? undefined : classes.bad}>
                {feed.failed ?? (feed.okAt === null ? "–" : "read to its end")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** "orders by id" is the server's name where there is no list: open orders are asked for by their ids. */
const nameOf = (name: string): string =>
  name === "orders by id" ? "None: open orders are asked for by their ids" : sentence(name);

const sentence = (name: string): string => {
  const words = name
    .replaceAll(/[-_]/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
