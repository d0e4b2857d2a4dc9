import { type SQL, sql } from "drizzle-orm";
import type { RuleStats, RuleStatsQuery, RuleStatsStore, VersionStats } from "../../ports/rule-stats.ts";
import { ask, type Database } from "./database.ts";
import { toInstant } from "./instants.ts";

type VersionRow = VersionStats & { readonly [column: string]: unknown };
type RuleRow = RuleStats & { readonly [column: string]: unknown };

/** What rules did, from the counters that recording keeps and from the labels given since. */
export function createRuleStatsStore(database: Database): RuleStatsStore {
  return {
    read: (query, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const [versions, rules] = await session.batch([
          session.execute<VersionRow>(versionStats(query)),
          session.execute<RuleRow>(ruleStats(query)),
        ]);
        return { versions: versions.rows, rules: rules.rows };
      }),
    forget: (beforeMs, budgetMs) =>
      ask(database, budgetMs, async (session) => {
        const before = sql`hour < ${toInstant(beforeMs)}::timestamptz`;
        await session.batch([
          session.execute(sql`delete from version_counters where ${before}`),
          session.execute(sql`delete from rule_counters where ${before}`),
        ]);
      }),
  };
}

const inPeriod = ({ world, fromMs, seq }: RuleStatsQuery): SQL =>
  sql`livemode = ${world === "live"} and hour >= date_trunc('hour', ${toInstant(fromMs)}::timestamptz at time zone 'UTC') at time zone 'UTC'
    and seq = coalesce(${seq}::bigint, seq)`;

const versionStats = (query: RuleStatsQuery): SQL => sql`
  select seq::float8 as seq, ruleset, sum(decisions)::float8 as decisions, sum(blocked)::float8 as blocked, sum(held_back)::float8 as "heldBack"
  from version_counters where ${inPeriod(query)} group by version_counters.seq, ruleset order by version_counters.seq desc, ruleset`;

/** How often a rule was evaluated follows from the kinds its version's ruleset gives it (`appliesTo` of core/rules/compile.ts). */
const ruleStats = (query: RuleStatsQuery): SQL => sql`
  with decided as (
    select seq, ruleset, type, kind, sum(decisions) as decisions from version_counters where ${inPeriod(query)} group by seq, ruleset, type, kind
  ), applied as (
    select v.seq, r ->> 'id' as rule, r ->> 'name' as name, r ->> 'mode' as mode,
      (select coalesce(sum(d.decisions), 0) from decided d where d.seq = v.seq and r ->> 'mode' <> 'off'
        and (r -> 'on' ? d.kind or (d.type = 'transaction' and r -> 'on' ? 'transaction'))) as evaluated
    from (select distinct seq, ruleset from decided) v
    join contents c on c.hash = v.ruleset cross join lateral jsonb_array_elements(c.text::jsonb -> 'rules') as r
  ), counted as (
    select seq, rule, sum(acted) as acted, sum(shadowed) as shadowed, sum(unknown) as unknown, sum(errors) as errors, sum(blocked) as blocked,
      sum(stopped_minor) as stopped_minor
    from rule_counters where ${inPeriod(query)} group by seq, rule
  ), labelled as (
    ${labelledRules(query)}
  )
  select seq::float8 as seq, rule, a.name, a.mode, coalesce(a.evaluated, 0)::float8 as evaluated, coalesce(c.acted, 0)::float8 as acted,
    coalesce(c.shadowed, 0)::float8 as shadowed, coalesce(c.unknown, 0)::float8 as unknown, coalesce(c.errors, 0)::float8 as errors,
    coalesce(c.blocked, 0)::float8 as blocked, coalesce(c.stopped_minor, 0)::float8 as "stoppedMinor",
    coalesce(l.fraud, 0)::float8 as "labelledFraud", coalesce(l.legitimate, 0)::float8 as "labelledLegitimate"
  from applied a full join counted c using (seq, rule) left join labelled l using (seq, rule)
  where ${query.rule}::text is null or rule = ${query.rule} or split_part(rule, '/', 2) = ${query.rule}
  order by seq desc, rule`;

/** The latest label of each decision of the period, on the rules that fired in it. A label given before the period is of no decision in it. */
const labelledRules = ({ world, fromMs, seq }: RuleStatsQuery): SQL => sql`
  select (d.answer #>> '{versions,seq}')::bigint as seq, rule ->> 'id' as rule, count(*) filter (where l.label <> 'legitimate') as fraud,
    count(*) filter (where l.label = 'legitimate') as legitimate
  from (select distinct decision_id from labels where labelled_at >= ${toInstant(fromMs)}::timestamptz) named
  join decision_ids i on i.decision_id = named.decision_id and i.livemode = ${world === "live"} and i.decided_at >= ${toInstant(fromMs)}::timestamptz
  join decisions d on d.decision_id = i.decision_id and d.occurred_at = i.occurred_at
  cross join lateral (select label from labels where decision_id = named.decision_id order by labelled_at desc, id desc limit 1) l
  cross join lateral jsonb_array_elements(d.answer -> 'rules') as rule
  where (d.answer #>> '{versions,seq}')::bigint = coalesce(${seq}::bigint, (d.answer #>> '{versions,seq}')::bigint)
  group by 1, 2`;
