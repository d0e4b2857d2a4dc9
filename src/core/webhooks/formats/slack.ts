import type { Notice } from "./notice.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** A notice for an incoming webhook of Slack. @param url the whole address, which is the secret */
export function slackRequest({ text }: Notice, url: string): OutgoingRequest {
  // These three begin mentions and links; `<!channel>` in a merchant's text must wake nobody.
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return { url, headers: { "content-type": "application/json" }, body: JSON.stringify({ text: plain, unfurl_links: false }) };
}
