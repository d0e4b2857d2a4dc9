import { isDue } from "./cron.ts";
import { readWranglerConfig } from "./wrangler-config.ts";

const MINUTE_MS = 60_000;
const EVERY_MINUTE = "* * * * *";

/** Fires the schedules of wrangler.toml on their timetable, as Cloudflare does. @param fire runs one, giving its outcome; @returns ends it */
export function runSchedules(fire: (cron: string) => Promise<string>, say: (line: string) => void): () => void {
  const { crons } = readWranglerConfig().triggers;
  let isOver = false;
  let timer: NodeJS.Timeout;

  const run = async (cron: string) => {
    try {
      const outcome = await fire(cron);
      if (outcome !== "ok") say(`schedule \`${cron}\` failed: ${outcome}`);
    } catch (error) {
      if (!isOver) say(`schedule \`${cron}\` was not run: ${(error as Error).message}`);
    }
  };
  const next = () => {
    timer = setTimeout(
      () => {
        const now = new Date();
        for (const cron of crons) if (isDue(cron, now)) void run(cron);
        next();
      },
      MINUTE_MS - (Date.now() % MINUTE_MS),
    );
  };

  // What the last stop cut off is swept at once, not a minute later.
  void run(EVERY_MINUTE);
  next();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
