import { IconDownload, IconExternalLink } from "@tabler/icons-react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, Instant, reportDone, Section, StateChip } from "../../ui/index.ts";
import { CourierExchangeButton } from "../shared/courier-exchange.tsx";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { manifestFileStates } from "../shared/states.ts";
import classes from "./manifest.module.css";
import type { ManifestDetail, ManifestFile } from "./manifest-data.ts";

/** Lists of the channel and of couriers. The parcels have left whatever becomes of the files. */
export function Files({ manifest, onChanged }: { manifest: ManifestDetail; onChanged: () => Promise<unknown> }) {
  const ofCouriers = manifest.files.filter(({ providerId }) => providerId !== null);
  const ofChannel = manifest.files.filter(({ providerId }) => providerId === null);
  const list = (files: readonly ManifestFile[]) => (
    <ul className={classes.files} aria-live="polite">
      {files.map((file) => (
        <FileRow key={file.manifestFileId} manifest={manifest} file={file} onChanged={onChanged} />
      ))}
    </ul>
  );
  return (
    <>
      {ofChannel.length > 0 && (
        <Section
          title={`${manifest.channel}’s list`}
          line="Made by the channel when the manifest closed, one a courier; downloaded apart from that."
        >
          {list(ofChannel)}
        </Section>
      )}
      {ofCouriers.length > 0 && (
        <Section
          title="The courier’s manifest"
          line="Asked of the courier when this manifest closed, for the numbers that it gave. The parcels leave with or without it."
        >
          {list(ofCouriers)}
        </Section>
      )}
    </>
  );
}

const leftOffWords = { ALREADY: "on another of its manifests already", UNKNOWN: "not known there" } as const;

function FileRow({
  manifest,
  file,
  onChanged,
}: {
  manifest: ManifestDetail;
  file: ManifestFile;
  onChanged: () => Promise<unknown>;
}) {
  const may = useMay();
  const path = `/api/v1/manifests/${manifest.manifestId}/files/${file.manifestFileId}`;
  const open = file.state !== "STORED";
  const download = async () => {
    try {
      await api.post<ManifestFile>(`${path}/download`);
      reportDone(`The list of ${file.courier} is here.`);
    } finally {
      await onChanged();
    }
  };
  return (
    <li>
      <div className={classes.fileHead}>
        <strong>{file.courier}</strong>
        {file.number !== null && <Code>{file.number}</Code>}
        <StateChip state={file.state} table={manifestFileStates} />
        <span className={classes.small}>
          {open && file.attempts > 0 && plural(file.attempts, "attempt")}
          {open && file.nextAttemptAt !== null && (
            <>
              {" · next "}
              <Instant at={file.nextAttemptAt} />
            </>
          )}
          {file.state === "FAILED" && file.nextAttemptAt === null && " · not tried again by itself"}
        </span>
        <span className={classes.fileActions}>
          {file.state === "STORED" && (
            <a href={`${path}/pdf`} target="_blank" rel="noreferrer">
              Open PDF <IconExternalLink size={13} aria-hidden />
            </a>
          )}
          {file.providerId === null ? (
            <ExchangeButton id={file.exchangeId} title={`List of ${file.courier}: what was said`} />
          ) : (
            <CourierExchangeButton id={file.exchangeId} title={`Manifest of ${file.courier}: what was said`} />
          )}
          {open && (
            <ActionButton
              label={file.providerId === null || file.url !== null ? "Download now" : "Ask now"}
              icon={IconDownload}
              primary={file.state === "FAILED"}
              notNow={
                file.url === null && file.providerId === null
                  ? `${manifest.channel} gave no address for it. Print your own list, or take it from the channel's panel.`
                  : may("manifests.manage")
                    ? null
                    : "Your role does not include this."
              }
              onClick={download}
            />
          )}
        </span>
      </div>
      {open && file.message !== null && <p className={classes.fileWhy}>{file.message}</p>}
      {file.refused.map(({ awbs, why, words }) => (
        <p key={awbs.join()} className={classes.fileWhy}>
          Left off: {awbs.join(", ")}, {leftOffWords[why]}.{words !== "" && ` ${file.courier} says: “${words}”`}
        </p>
      ))}
    </li>
  );
}
