import { expect, test } from "vitest";
import { createRequestCounts } from "../../../src/core/metrics/count-request.ts";
import { renderMetrics } from "../../../src/core/metrics/exposition.ts";
import { createTally } from "../../../src/core/metrics/tally.ts";

test("samples of a family stand together below its help and type, in one order", () => {
  const text = renderMetrics([
    { name: "tollgate_rule_hits_total", labels: ["b", "live", "true"], value: 2 },
    { name: "tollgate_dead_letters", labels: [], value: 0 },
    { name: "tollgate_rule_hits_total", labels: ["a", "live", "true"], value: 1 },
  ]);
  expect(text).toBe(`# HELP tollgate_rule_hits_total Decisions a rule fired in.
# TYPE tollgate_rule_hits_total counter
tollgate_rule_hits_total{rule="a",mode="live",livemode="true"} 1
tollgate_rule_hits_total{rule="b",mode="live",livemode="true"} 2
# HELP tollgate_dead_letters Entries set aside for a person to look at.
# TYPE tollgate_dead_letters gauge
tollgate_dead_letters 0
`);
});

test("a label's value cannot end its line or its quotes", () => {
  const text = renderMetrics([{ name: "tollgate_rule_hits_total", labels: ['x"} 9\nforged 1\\', "live", "true"], value: 1 }]);
  expect(text.split("\n")).toHaveLength(4);
  expect(text).toContain('rule="x\\"} 9\\nforged 1\\\\"');
});

test("what another release counted is left out", () => {
  expect(
    renderMetrics([
      { name: "tollgate_unheard_of_total", labels: [], value: 1 },
      { name: "tollgate_events_total", labels: ["login"], value: 1 },
      { name: "tollgate_events_total_bucket", labels: ["login", "true"], value: 1 },
      { name: "tollgate_http_request_duration_seconds", labels: ["/"], value: 1 },
    ]),
  ).toBe("");
});

test("durations are cumulative buckets by rising bound", () => {
  const counts = createRequestCounts();
  for (const ms of [3, 30, 7_000]) counts.count({ method: "GET", route: "/", status: 200, ms });
  const lines = renderMetrics(counts.take()).split("\n");
  expect(lines.filter((line) => line.includes("_bucket")).map((line) => /le="([^"]+)"} (\d+)/.exec(line)?.slice(1))).toEqual([
    ...[
      ["0.005", "1"],
      ["0.01", "1"],
      ["0.025", "1"],
      ["0.05", "2"],
      ["0.1", "2"],
      ["0.25", "2"],
      ["0.5", "2"],
      ["1", "2"],
      ["2.5", "2"],
    ],
    ["+Inf", "3"],
  ]);
  expect(lines).toContain('tollgate_http_request_duration_seconds_count{route="/"} 3');
  expect(lines).toContain('tollgate_http_request_duration_seconds_sum{route="/"} 7.033');
  expect(lines).toContain('tollgate_http_requests_total{method="GET",route="/",status="200"} 3');
});

test("a method of the caller's own making is no label", () => {
  const counts = createRequestCounts();
  counts.count({ method: "GET\n", route: "/", status: 405, ms: 0 });
  const samples = counts.take();
  expect(counts.take()).toEqual([]);
  expect(samples).toContainEqual({ name: "tollgate_http_requests_total", labels: ["other", "/", "405"], value: 1 });
});

test("what could not be written is counted with what came since, and a full tally takes no new series", () => {
  const tally = createTally(2);
  tally.add("a", ["x"], 1);
  const lost = tally.take();
  expect(tally.take()).toEqual([]);
  tally.add("a", ["x"], 1);
  tally.putBack(lost);
  tally.add("b", [], 1);
  tally.add("c", [], 1);
  expect(tally.take()).toEqual([
    { name: "a", labels: ["x"], value: 2 },
    { name: "b", labels: [], value: 1 },
  ]);
});
