export const PAGE_LANGUAGES = ["en", "ru"] as const;
export type PageLanguage = (typeof PAGE_LANGUAGES)[number];

export interface PageTexts {
  readonly refusedTitle: string;
  readonly refused: string;
  readonly mistake: string;
  readonly challengeTitle: string;
  readonly challenge: string;
  readonly failed: string;
  readonly unverified: string;
  readonly go: string;
  readonly noScript: string;
  readonly contact: string;
  readonly reference: string;
}

export const PAGE_TEXTS: Readonly<Record<PageLanguage, PageTexts>> = {
  en: {
    refusedTitle: "This site cannot be opened from your address",
    refused: "Requests from your internet address are not accepted here at the moment. Somebody who shares it may have misused this site.",
    mistake: "If you think this is a mistake, get in touch and quote the reference.",
    challengeTitle: "One moment: are you a person?",
    challenge: "There has been unusual traffic from your internet address. Confirm below, and you will be taken to the page you asked for.",
    failed: "That did not work. Please try again.",
    unverified: "The check is not available right now. Please try again in a minute.",
    go: "Continue",
    noScript: "The check needs JavaScript.",
    contact: "Contact",
    reference: "Reference",
  },
  ru: {
    refusedTitle: "С вашего адреса этот сайт открыть нельзя",
    refused: "Запросы с вашего интернет-адреса сейчас не принимаются. Возможно, кто-то ещё с этим же адресом нарушал правила сайта.",
    mistake: "Если это ошибка, напишите нам и укажите номер обращения.",
    challengeTitle: "Минуту: вы человек?",
    challenge: "С вашего интернет-адреса приходило необычно много запросов. Подтвердите ниже, и откроется страница, которую вы запросили.",
    failed: "Не получилось. Попробуйте ещё раз.",
    unverified: "Проверка сейчас недоступна. Попробуйте через минуту.",
    go: "Продолжить",
    noScript: "Для проверки нужен JavaScript.",
    contact: "Связь",
    reference: "Номер обращения",
  },
};

/** The language of ours that an `Accept-Language` header wants most; English when it wants none of them. */
export function pageLanguage(acceptLanguage: string | null): PageLanguage {
  let best: { readonly language: PageLanguage; readonly weight: number } = { language: "en", weight: 0 };
  for (const part of (acceptLanguage ?? "").slice(0, 500).split(",")) {
    const [tag = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const language = PAGE_LANGUAGES.find((one) => tag === one || tag.startsWith(`${one}-`));
    const weight = Number(parameters.find((text) => text.startsWith("q="))?.slice(2) ?? 1);
    if (language !== undefined && weight > best.weight) best = { language, weight };
  }
  return best.language;
}
