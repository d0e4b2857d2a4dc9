import { parseArgs } from "node:util";
import { didYouMean } from "../../core/rules/nearest.ts";
import { wrongUse } from "./stopped.ts";

/** One option of a command: `value` names what stands after it in the help; without it the option is a yes. */
export interface Flag {
  readonly value?: string;
  readonly short?: string;
  readonly about: string;
  /** May be given several times. */
  readonly several?: true;
}
export type Flags = Readonly<Record<string, Flag>>;

/** What was given, by name; an option that was not is undefined, or false when it takes no value. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends { readonly value: string }
    ? F[K] extends { readonly several: true }
      ? readonly string[]
      : string | undefined
    : boolean;
};

export interface Parsed<F extends Flags> {
  readonly flags: FlagValues<F>;
  /** What is no option. */
  readonly words: readonly string[];
}

/** Reads the words after a command's name. Throws a sentence with the nearest option when they make no sense. */
export function parseFlags<const F extends Flags>(args: readonly string[], known: F): Parsed<F> {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, short, several }]) => [
      name,
      {
        type: value === undefined ? ("boolean" as const) : ("string" as const),
        multiple: several === true,
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  // Not strict: the platform's own sentences go on with a lesson on `--` and know no nearest option.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const words: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (flag === undefined) throw wrongUse(`unknown option \`${token.rawName}\`${nearest(token.name, known)}`);
    const earlier = given.get(token.name) ?? [];
    if (flag.value !== undefined && earlier.length > 0 && flag.several !== true) throw wrongUse(`\`${token.rawName}\` is given twice`);
    given.set(token.name, [...earlier, valueOf(token, flag)]);
  }
  const flags = Object.fromEntries(
    Object.entries(known).map(([name, { value, several }]) => {
      const values = given.get(name);
      if (value === undefined) return [name, values !== undefined];
      return [name, several === true ? (values ?? []) : values?.[0]];
    }),
  );
  // The keys are those of `known`, and each value has the kind its flag says.
  return { flags: flags as FlagValues<F>, words };
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function valueOf({ rawName, value, inlineValue }: OptionToken, flag: Flag): string {
  if (flag.value === undefined) {
    if (value !== undefined) throw wrongUse(`\`${rawName}\` takes no value`);
    return "";
  }
  const looksLikeOption = inlineValue !== true && value !== undefined && value.length > 1 && value.startsWith("-");
  if (value === undefined || looksLikeOption) throw wrongUse(`\`${rawName}\` needs a value: ${rawName} ${flag.value}`);
  return value;
}

function nearest(name: string, known: Flags): string {
  const sentence = didYouMean(
    `--${name}`,
    Object.keys(known).map((one) => `--${one}`),
  );
  return sentence === "" ? "; `--help` shows the options" : sentence;
}

/** A whole number above 0, or undefined when the option was not given. */
export function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value === 0)
    throw wrongUse(`${name} is a whole number above 0, not \`${text}\``);
  return value;
}

/** The options as `--help` lists them, one line each. */
export function flagLines(known: Flags): string[] {
  const heads = Object.entries(known).map(([name, { short, value }]) => {
    const long = value === undefined ? `--${name}` : `--${name} ${value}`;
    return short === undefined ? long : `-${short}, ${long}`;
  });
  const width = Math.max(0, ...heads.map((head) => head.length));
  return Object.values(known).map((flag, index) => `  ${(heads[index] ?? "").padEnd(width)}  ${flag.about}`);
}
