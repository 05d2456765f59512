import { redeemSignInLink } from "@/lib/api/sign-in";

/** Gives this browser the session that a link was made for, and opens the page that the link names. */
export const GET = redeemSignInLink;
