import { IconExternalLink } from "@tabler/icons-react";
import { useState } from "react";
import { webAddress } from "./return-data.ts";
import classes from "./returns.module.css";

/** The customer's pictures. They lie somewhere on the web: each opens in a tab of its own, and one that is gone stays a link. */
export function Pictures({ urls }: { urls: readonly string[] }) {
  if (urls.length === 0) return null;
  return (
    <div className={classes.pictures}>
      {urls.map((url, i) => (
        <Picture key={url} url={url} label={`Picture ${i + 1}`} />
      ))}
    </div>
  );
}

function Picture({ url, label }: { url: string; label: string }) {
  const [failed, setFailed] = useState(false);
  const address = webAddress(url);
  if (address === null) return <code>{url}</code>;
  return (
    <a href={address} target="_blank" rel="noreferrer noopener" title={address}>
      {failed ? (
        <>
          {label} <IconExternalLink size={12} aria-hidden />
        </>
      ) : (
        <img src={address} alt={label} loading="lazy" referrerPolicy="no-referrer" onError={() => setFailed(true)} />
      )}
    </a>
  );
}
