import type { Notice } from "./notice.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** A notice for Telegram's Bot API, as plain text. @param token the bot's, which goes into the path */
export function telegramRequest({ text }: Notice, url: string, token: string, chatId: string): OutgoingRequest {
  const body = { chat_id: chatId, text, link_preview_options: { is_disabled: true } };
  const method = `${url.replace(/\/+$/, "")}/bot${token}/sendMessage`;
  return { url: method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
