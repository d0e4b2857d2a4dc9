import { expect, test } from "vitest";
import { firstValue } from "../../src/pipeline/budget.ts";

const never = (): Promise<string | null> => new Promise(() => undefined);
const nothing = async (): Promise<string | null> => null;
const fails = (): Promise<string | null> => Promise.reject(new Error("away"));
const has = (value: string) => async (): Promise<string | null> => value;
/** Longer than any test runs: only a source's own end begins the next. */
const FOREVER_MS = 600_000;

test("the first source that has a value is the last one asked", async () => {
  let asked = false;
  const other = async () => {
    asked = true;
    return "b";
  };
  expect(await firstValue([has("a"), other], FOREVER_MS)).toBe("a");
  expect(asked).toBe(false);
});

test("a source with nothing and one that fails give the turn to the next at once", async () => {
  expect(await firstValue([nothing, fails, has("c")], FOREVER_MS)).toBe("c");
});

test("a source that is late is not waited for", async () => {
  expect(await firstValue([never, has("b")], 1)).toBe("b");
});

test("a late source that answers before the others is taken", async () => {
  let answer: (value: string) => void = () => undefined;
  const late = () => new Promise<string | null>((resolve) => (answer = resolve));
  const second = () => {
    answer("late");
    return never();
  };
  expect(await firstValue([late, second], 1)).toBe("late");
});

test("null once every source has nothing", async () => {
  expect(await firstValue([nothing, fails, nothing], FOREVER_MS)).toBeNull();
  expect(await firstValue([], FOREVER_MS)).toBeNull();
});
