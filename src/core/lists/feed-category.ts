/**
 * What a feed says of the addresses it holds, whatever its role does to them. `blacklist` names misbehaving ones, `country` says where each is;
 * the features of address intelligence are read from feeds by these and never by their names.
 */
export const FEED_CATEGORIES = ["datacenter", "vpn", "tor", "blacklist", "country"] as const;
export type FeedCategory = (typeof FEED_CATEGORIES)[number];
