/**
 * An owner without an invitation carries the place that the first request came from, behind a dot: whoever
 * throws a cookie away is a new owner at the same place, and limits count all of a place together.
 */
export const anonymousOwner = (id: string, place: string): string => `${id}.${place}`;

export const isAnonymous = (owner: string): boolean => owner.includes(".");

/** Whom limits count: the owner, or the place of an anonymous one. */
export const limitedAs = (owner: string): string => owner.slice(owner.indexOf(".") + 1);

/** Owns what the operator has set going. No session is ever made for it. */
export const OPERATOR = "operator";
