// Who asks, if only by a cookie: the unit that anonymous visitors are bucketed by. It is no secret, and the page may read it: one
// that goes on deciding by itself has to be about the same visitor.

const NAME = "visitor";
const YEAR = 365 * 24 * 60 * 60;

/** The visitor's id; `cookie` is to be set where the visit is the first. */
export function visitorOf(request) {
  const known = new RegExp(`(?:^|;\\s*)${NAME}=([0-9a-f-]{36})(?:;|$)`).exec(request.headers.get("cookie") ?? "")?.[1];
  if (known !== undefined) return { id: known };
  const id = crypto.randomUUID();
  return { id, cookie: `${NAME}=${id}; Path=/; Max-Age=${YEAR}; SameSite=Lax; Secure` };
}
