// Stands before the player's service worker, which answers for the archived page.
// Each answer of an archived page gets this policy: it is seen, and nothing of it runs, asks
// anybody, sends a form, opens a window or leaves its frame.
const POLICY =
  "default-src 'none'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline';" +
  " font-src 'self' data:; media-src 'self' data: blob:; form-action 'none';" +
  " frame-ancestors 'self'; sandbox allow-same-origin";
const ARCHIVED = /^\/replay\/w\/(?!api\/)/;

function guarded(answer) {
  if (!(answer instanceof Response) || answer.status < 200 || answer.type === "opaqueredirect") {
    return answer;
  }
  const headers = new Headers(answer.headers);
  headers.set("Content-Security-Policy", POLICY);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

// The player loads this script as a plain worker too, which answers for nothing.
if (self.FetchEvent) {
  const respondWith = FetchEvent.prototype.respondWith;
  FetchEvent.prototype.respondWith = function (answer) {
    const isArchived = ARCHIVED.test(new URL(this.request.url).pathname);
    respondWith.call(this, isArchived ? Promise.resolve(answer).then(guarded) : answer);
  };
}
