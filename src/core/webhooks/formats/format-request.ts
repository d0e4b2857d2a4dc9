import type { Endpoint } from "../endpoint.ts";
import type { Message } from "../message.ts";
import { emailRequest, smsRequest } from "./http-api.ts";
import { noticeOf } from "./notice.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { slackRequest } from "./slack.ts";
import { standardRequest } from "./standard.ts";
import { telegramRequest } from "./telegram.ts";

/** An endpoint's secrets in clear. */
export interface OpenedSecrets {
  readonly current: string;
  /** The one before, while it still signs. */
  readonly previous: string | null;
}

/** The address that is called: for Slack the secret is all of it. */
export const calledUrl = (endpoint: Pick<Endpoint, "url" | "format">, secrets: OpenedSecrets): string =>
  endpoint.format.kind === "slack" ? secrets.current : endpoint.url;

/** A message as an endpoint takes it. @param nowMs time of the attempt */
export async function formatRequest(
  message: Message,
  endpoint: Pick<Endpoint, "url" | "format">,
  secrets: OpenedSecrets,
  nowMs: number,
): Promise<OutgoingRequest> {
  const { format } = endpoint;
  const url = calledUrl(endpoint, secrets);
  switch (format.kind) {
    case "standard":
      return standardRequest(message, url, secrets.previous === null ? [secrets.current] : [secrets.current, secrets.previous], nowMs);
    case "slack":
      return slackRequest(noticeOf(message), url);
    case "telegram":
      return telegramRequest(noticeOf(message), url, secrets.current, format.settings.chat_id);
    case "email":
      return emailRequest(noticeOf(message), url, secrets.current, format.settings);
    case "sms":
      return smsRequest(noticeOf(message), url, secrets.current, format.settings);
  }
}
