/** A feed's text ended before its end: what came of it must not be taken for the whole. */
export class FeedBrokenOff extends Error {
  override readonly name = "FeedBrokenOff";
}
