import { isDue, readCrons } from "./cron.ts";

const MINUTE_MS = 60_000;
const EVERY_MINUTE = "* * * * *";

/** Calls the Worker's schedules on their timetable, because `wrangler dev` fires none; @returns ends it. */
export function runSchedules(baseUrl: string, log: (line: string) => void): () => void {
  const crons = readCrons();
  const ended = new AbortController();
  let timer: NodeJS.Timeout;

  const fire = async (cron: string) => {
    const url = `${baseUrl}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`;
    try {
      const answer = await fetch(url, { signal: ended.signal });
      const outcome = await answer.text();
      if (!answer.ok) log(`schedule \`${cron}\` failed: ${outcome.slice(0, 200)}`);
    } catch (error) {
      if (!ended.signal.aborted) log(`schedule \`${cron}\` was not run: ${(error as Error).message}`);
    }
  };
  const next = () => {
    timer = setTimeout(
      () => {
        const now = new Date();
        for (const cron of crons) if (isDue(cron, now)) void fire(cron);
        next();
      },
      MINUTE_MS - (Date.now() % MINUTE_MS),
    );
  };

  // What the last stop cut off is swept at once, not a minute later.
  void fire(EVERY_MINUTE);
  next();
  return () => {
    clearTimeout(timer);
    ended.abort();
  };
}
