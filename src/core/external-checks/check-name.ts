import * as z from "zod";

/** What a service is called by, in features, in `/hooks/{service}` and in `degraded`. */
export const CheckName = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, "must be a lower-case name such as `fraudscore`");
