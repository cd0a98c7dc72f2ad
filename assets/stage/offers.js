// What panels of one stage offer each other: the items that one has chosen, for others to show.

/**
 * @typedef {import("./panel.js").Context} Context
 * @typedef {{ items: number[] | null, followers: Set<() => void> }} Offer items are null at first
 */

/**
 * Offer `items` under a name to whichever panels of this stage follow it.
 * @param {Context} ctx
 * @param {string} name
 * @param {number[]} items
 */
export function offerItems(ctx, name, items) {
  const offer = offeredItems(ctx, name);
  if (offer.items?.length === items.length && items.every((item, i) => item === offer.items?.[i])) return;
  offer.items = items;
  for (const follow of offer.followers) follow();
}

/**
 * What is offered under a name, and the functions that follow it.
 * @param {Context} ctx
 * @param {string} name
 * @returns {Offer}
 */
export function offeredItems(ctx, name) {
  const key = `items:${name}`;
  if (!ctx.shared.has(key)) ctx.shared.set(key, { items: null, followers: new Set() });
  return ctx.shared.get(key);
}
