/** Whether a schedule is due in the minute of `date`, UTC as on Cloudflare. Knows `*`, steps, `a-b`, lists and numbers. */
export function isDue(cron: string, date: Date): boolean {
  const fields = cron.split(" ");
  const now = [date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCDay()];
  return fields.length === 5 && fields.every((field, i) => field.split(",").some((part) => matches(part, now[i] ?? 0)));
}

function matches(part: string, value: number): boolean {
  const [known, range = "", step = "1"] = /^(\*|\d+|\d+-\d+)(?:\/(\d+))?$/.exec(part) ?? [];
  if (known === undefined) return false;
  if (range === "*") return value % Number(step) === 0;
  const [low = 0, high = low] = range.split("-").map(Number);
  return value >= low && value <= high && (value - low) % Number(step) === 0;
}
