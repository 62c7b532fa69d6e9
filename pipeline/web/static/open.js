// The player takes whole addresses alone, and only the browser knows by which name we are asked.
const asked = new URL(location.href);
const source = new URL(asked.searchParams.get("source") ?? "", location.origin);
asked.searchParams.set("source", source.origin === location.origin ? source.href : "");
history.replaceState(null, "", asked);
