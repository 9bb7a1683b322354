import { ActionIcon, Button, Modal, Popover, Progress } from "@mantine/core";
import { IconStack2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { formatCount } from "../../lib/format.ts";
import { isRunning, onWorkAnnounced, type Work, workListQuery, workQuery } from "../../lib/work.ts";
import { Refusal } from "../refusal.tsx";
import { StateChip } from "../state-chip.tsx";
import { Instant } from "../values.tsx";
import { WorkResults, workStates } from "../work-results.tsx";
import classes from "./bar.module.css";

/** Running and finished work. Opens by itself when work is started from a page. */
export function WorkTray() {
  const { data, error, refetch } = useQuery(workListQuery);
  const [opened, setOpened] = useState(false);
  const [looking, setLooking] = useState<string | null>(null);
  useEffect(
    () =>
      onWorkAnnounced(() => {
        setOpened(true);
        void refetch();
      }),
    [refetch],
  );
  const running = data?.rows.filter(isRunning).length ?? 0;
  return (
    <>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" width={380}>
        <Popover.Target>
          <ActionIcon
            size={32}
            className={classes.icon}
            aria-label={running > 0 ? `Work: ${running} running` : "Work"}
            onClick={() => setOpened(!opened)}
          >
            <IconStack2 size={18} stroke={1.6} />
            {running > 0 && <span className={classes.badge}>{running}</span>}
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={0}>
          <div className={classes.popHead}>Work</div>
          <div className={classes.popBody}>
            {error !== null && data === undefined && <Refusal error={error} />}
            {data?.rows.length === 0 && (
              <div className={classes.popNote}>
                Imports, exports and bulk actions run here. You can leave the page; they go on.
              </div>
            )}
            {data?.rows.map((work) => (
              <WorkLine key={work.id} work={work} onLook={() => setLooking(work.id)} />
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
      {looking !== null && <WorkModal id={looking} onClose={() => setLooking(null)} />}
    </>
  );
}

function WorkLine({ work, onLook }: { work: Work; onLook: () => void }) {
  const part = work.total > 0 ? (100 * (work.done + work.failed)) / work.total : 0;
  return (
    <div className={classes.work}>
      <div className={classes.workTop}>
        <span className={classes.workTitle}>{work.title}</span>
        {isRunning(work) ? <Instant at={work.createdAt} /> : <StateChip state={work.state} table={workStates} />}
      </div>
      {isRunning(work) && <Progress value={part} size={4} mt={7} mb={4} animated={work.total === 0} />}
      <div className={classes.workWords}>
        <span>
          {formatCount(work.done)} done{work.failed > 0 && `, ${formatCount(work.failed)} failed`}
          {isRunning(work) && `, ${formatCount(Math.max(0, work.total - work.done - work.failed))} left`}
        </span>
        {!isRunning(work) && (
          <Button variant="transparent" size="compact-xs" p={0} onClick={onLook}>
            Results
          </Button>
        )}
        {work.hasDocument === true && (
          <a href={`/api/v1/work/${work.id}/document`} target="_blank" rel="noreferrer">
            Download
          </a>
        )}
      </div>
    </div>
  );
}

function WorkModal({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error } = useQuery(workQuery(id));
  return (
    <Modal opened onClose={onClose} title={<strong>{data?.title ?? "Results"}</strong>} size="xl">
      {error !== null && data === undefined ? (
        <Refusal error={error} />
      ) : data === undefined ? (
        "Reading…"
      ) : (
        <WorkResults work={data} />
      )}
    </Modal>
  );
}
