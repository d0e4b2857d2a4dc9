import type { Route } from "../../../route.ts";
import { blockRoutes } from "./blocks.ts";
import { entryImportRoutes } from "./entry-import.ts";
import { feedSourceRoutes } from "./feed-sources.ts";
import { feedRoutes } from "./feeds.ts";
import { namedListRoutes } from "./named-lists.ts";
import { whitelistRoutes } from "./whitelist.ts";

/** Blocks, whitelist, named lists and feeds. */
export const listRoutes: readonly Route[] = [
  ...blockRoutes,
  ...whitelistRoutes,
  ...entryImportRoutes,
  ...feedRoutes,
  ...feedSourceRoutes,
  ...namedListRoutes,
];
