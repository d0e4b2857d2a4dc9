import type { Route } from "../../../route.ts";
import { handleAll } from "./many-reports.ts";
import { editOne, moveOne, readOne } from "./one-report.ts";
import { createOne, listReports } from "./reports.ts";

/** Everything about reports; `bulk` before what takes an id. */
export const reportRoutes: readonly Route[] = [listReports, createOne, handleAll, readOne, editOne, moveOne];
