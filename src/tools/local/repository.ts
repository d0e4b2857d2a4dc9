import { join, resolve } from "node:path";

export const REPOSITORY = resolve(import.meta.dirname, "../../..");

/** What is fetched once and may be thrown away. */
export const CACHE = join(REPOSITORY, "node_modules/.cache/tollgate");
